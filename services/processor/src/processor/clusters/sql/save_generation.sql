INSERT INTO Model_Generations (generation, batch, clusters, features) VALUES (%s, %s, %s, %s)
