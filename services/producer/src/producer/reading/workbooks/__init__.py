"""Reads the sheets of workbooks as rows of cells; memory depends only on the cells that have content."""
