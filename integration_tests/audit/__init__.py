"""The locked packages and what is known against them."""
