-- A row if the last grouping has all customers, and products were found.
SELECT made.version
FROM Grouping_State AS made
JOIN Stream_State AS state ON state.last_batch = made.batch
WHERE EXISTS (SELECT 1 FROM Segment_Products)
