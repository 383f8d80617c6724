"""The customers: their purchases and their groups."""
