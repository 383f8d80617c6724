INSERT INTO Model_Centres (generation, cluster, quantity, unit_price, weight) VALUES (%s, %s, %s, %s, %s)
