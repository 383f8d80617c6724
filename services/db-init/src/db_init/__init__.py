"""Migrates the database kappa-view to the newest schema and creates its users."""
