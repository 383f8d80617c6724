-- Each pair of quantity and price of the British lines, and how often it occurs.
SELECT Quantity, UnitPrice, SUM(sales_lines) AS sales_lines FROM Cluster_Values GROUP BY Quantity, UnitPrice
