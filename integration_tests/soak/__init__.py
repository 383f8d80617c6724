"""The soak: lines at a fixed rate, a kill each minute, and whether the stack stays as it was."""
