"""Programs for analysts: how many groups the data has, and what they look like."""
