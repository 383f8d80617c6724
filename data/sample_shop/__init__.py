"""The shop in the sample workbook: its catalogue, its customers, their purchases, and dirty data."""
