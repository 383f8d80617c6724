-- Of the newest batch: a scan of all lines finds them, when the stream is idle or a minute after a grouping.
SELECT
    common.cluster,
    common.place,
    common.batch,
    common.StockCode,
    (SELECT product.Description FROM Products AS product WHERE product.StockCode = common.StockCode) AS Description,
    common.sales_lines
FROM Cluster_Products AS common
WHERE common.batch = (SELECT MAX(batch) FROM Cluster_Products)
ORDER BY common.cluster, common.place
