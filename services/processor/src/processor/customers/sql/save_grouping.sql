UPDATE Grouping_State
SET version = %s, batch = %s, as_of = %s, segments = %s
WHERE id = 1
