"""What a file says: from the forms in which people have their sales lines to the canonical texts of each."""
