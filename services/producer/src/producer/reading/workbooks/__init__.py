"""The sheets of workbooks as rows of cells, in memory that depends on the cells that have content."""
