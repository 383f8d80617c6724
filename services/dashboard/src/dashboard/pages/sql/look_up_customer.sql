-- The place and the share are by the exact values.
SELECT
    found.CustomerID, found.recency, found.frequency, found.monetary, found.segment, found.name,
    sales.first_purchase, sales.last_purchase,
    (SELECT COUNT(*) FROM Customer_Sales)                                                  AS customers,
    (SELECT COUNT(*) + 1 FROM Customer_Sales AS more WHERE more.monetary > sales.monetary) AS place,
    (SELECT SUM(monetary) FROM Customer_Sales)                                             AS turnover
FROM British_Customers_RFM AS found
JOIN Customer_Sales AS sales ON sales.CustomerID = found.CustomerID
WHERE found.CustomerID = %(customer)s
