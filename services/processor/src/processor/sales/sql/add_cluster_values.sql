INSERT INTO Cluster_Values (cluster, Quantity, UnitPrice, sales_lines, cancellations)
SELECT cluster, Quantity, UnitPrice, sales_lines, cancellations
FROM Batch_Cluster_Values
ON DUPLICATE KEY UPDATE
    sales_lines = Cluster_Values.sales_lines + VALUES(sales_lines),
    cancellations = Cluster_Values.cancellations + VALUES(cancellations)
