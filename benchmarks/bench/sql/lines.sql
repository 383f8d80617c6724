-- The number of lines in the two tables.
SELECT (SELECT COUNT(*) FROM British_Online_Retail) + (SELECT COUNT(*) FROM Other_Online_Retail)
