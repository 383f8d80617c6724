"""The clusters of British lines: features, the streaming model, k-means."""
