SELECT quantity, unit_price, weight
FROM Model_Centres
WHERE generation = %s
ORDER BY cluster
