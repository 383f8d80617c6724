-- By the names of that time: a group may have had another one.
SELECT segment, name, SUM(came) AS came, SUM(went) AS went
FROM (
    SELECT from_segment AS segment, from_name AS name, 1 AS came, 0 AS went
    FROM Customer_Moves WHERE to_segment = %(segment)s
    UNION ALL
    SELECT to_segment, to_name, 0, 1
    FROM Customer_Moves WHERE from_segment = %(segment)s
) AS exchanged
GROUP BY segment, name
ORDER BY came + went DESC, name
