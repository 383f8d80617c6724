"""The soak: lines at a fixed rate, a kill each minute, and checks of memory, lag and tables."""
