"""Summaries of the sales: by hour and country, by product, by quantity and price."""
