"""Programs for analysts: choose the number of groups, and show the groups."""
