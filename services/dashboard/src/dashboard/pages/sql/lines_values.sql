SELECT cluster, Quantity, UnitPrice, sales_lines, cancellations
FROM Cluster_Values
ORDER BY sales_lines DESC, ABS(Quantity * UnitPrice), cluster, Quantity, UnitPrice
