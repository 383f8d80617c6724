SELECT cluster, Quantity, UnitPrice, sales_lines, cancellations
FROM Cluster_Values
ORDER BY sales_lines DESC, cluster, Quantity, UnitPrice
LIMIT %(points)s
