"""Measures the stack on this machine: what each benchmark does and what its figures mean is in ../README.md."""
