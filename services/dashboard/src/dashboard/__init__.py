"""The page to look at: who the customers are, while the sales come in."""
