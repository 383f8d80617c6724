"""Measures the stack on this machine; ../README.md describes the benchmarks and their figures."""
