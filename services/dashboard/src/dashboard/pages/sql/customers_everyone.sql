SELECT CustomerID, segment, name, monetary, frequency, recency
FROM British_Customers_RFM
WHERE segment IS NOT NULL
ORDER BY monetary DESC, CustomerID
