"""Brings the database kappa-view to the newest schema and makes its log-ins."""
