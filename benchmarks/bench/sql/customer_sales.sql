-- This many customers, who spent different amounts.
INSERT INTO Customer_Sales (CustomerID, first_purchase, last_purchase, frequency, monetary)
SELECT
    LPAD(seq, 8, '0'),
    '2010-12-01',
    '2011-12-09' - INTERVAL FLOOR(373 * POW(RAND(1), 2)) DAY,
    2 + FLOOR(20 * POW(RAND(2), 4)),
    ROUND(EXP(5 + 4 * RAND(3)), 2)
FROM seq_1_to_1000000
WHERE seq <= %s
