-- Of pairs with equally many lines those of smaller amounts: one at 38,970 pounds would take half of the picture.
SELECT cluster, Quantity, UnitPrice, sales_lines, cancellations
FROM Cluster_Values
ORDER BY sales_lines DESC, ABS(Quantity * UnitPrice), cluster, Quantity, UnitPrice
LIMIT %(points)s
