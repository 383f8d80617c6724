SELECT from_name, to_name, COUNT(*) AS customers
FROM Customer_Moves
GROUP BY from_name, to_name
ORDER BY customers DESC, from_name, to_name
