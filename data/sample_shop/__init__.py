"""The shop behind the sample workbook: its catalogue, its customers, their purchases, and the dirt of real data."""
