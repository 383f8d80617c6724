INSERT INTO Segment_Products (
    segment, place, version, batch, StockCode, customers, sales_lines, pieces, turnover, share, share_of_all
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
