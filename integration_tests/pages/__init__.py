"""The tests in a browser, and the picture of the page."""
