SELECT CustomerID, monetary, frequency, recency
FROM British_Customers_RFM
WHERE segment = %(segment)s
ORDER BY monetary DESC, CustomerID
