INSERT INTO Segment_Products (
    segment, place, version, batch, StockCode, customers, sales_lines, pieces, turnover, share, share_of_all
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON DUPLICATE KEY UPDATE
    version = VALUES(version), batch = VALUES(batch), StockCode = VALUES(StockCode), customers = VALUES(customers),
    sales_lines = VALUES(sales_lines), pieces = VALUES(pieces), turnover = VALUES(turnover), share = VALUES(share),
    share_of_all = VALUES(share_of_all)
