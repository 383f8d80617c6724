"""What the tests on a stack share: the stack itself, streaming into it, faults, and what became of the lines."""
