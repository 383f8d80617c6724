"""Reads files: from the formats in which people have their sales lines to the canonical text of each cell."""
