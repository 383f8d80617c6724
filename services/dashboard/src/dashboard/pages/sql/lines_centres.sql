-- As the view Cluster_Centres shows them, which reads all generations; here only the newest, by the primary key.
SELECT
    made.batch,
    centres.cluster,
    ROUND(IF(made.features = 'log', SIGN(centres.quantity) * (EXP(ABS(centres.quantity)) - 1), centres.quantity), 2) AS quantity,
    ROUND(IF(made.features = 'log', SIGN(centres.unit_price) * (EXP(ABS(centres.unit_price)) - 1), centres.unit_price), 2) AS unit_price,
    centres.weight
FROM Model_Generations AS made
JOIN Model_Centres AS centres ON centres.generation = made.generation
WHERE made.generation > GREATEST((SELECT CAST(generation AS SIGNED) FROM Stream_State) - %(generations)s, 0)
ORDER BY made.generation, centres.cluster
