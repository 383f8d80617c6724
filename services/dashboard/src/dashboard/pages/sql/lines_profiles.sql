SELECT cluster, name, sales_lines, share, median_quantity, median_price, turnover, cancellations
FROM Cluster_Profiles
ORDER BY cluster
