"""The message contract: its schema, examples, and a reference implementation."""
