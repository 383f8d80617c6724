"""The program behind `make choose-k`; the image `analysis` has its packages, the dashboard's has not."""
