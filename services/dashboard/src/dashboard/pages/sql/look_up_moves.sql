SELECT as_of, from_segment, from_name, to_segment, to_name
FROM Customer_Moves
WHERE CustomerID = %(customer)s
ORDER BY version DESC
