INSERT INTO Cluster_Products (cluster, place, batch, StockCode, sales_lines)
VALUES (%s, %s, %s, %s, %s)
ON DUPLICATE KEY UPDATE
    batch = VALUES(batch), StockCode = VALUES(StockCode), sales_lines = VALUES(sales_lines)
