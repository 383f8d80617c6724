"""The customers: what they bought, and the groups that they form."""
