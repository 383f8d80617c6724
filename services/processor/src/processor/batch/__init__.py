"""One micro-batch in its transaction."""
