SELECT
    COALESCE((SELECT MAX(version) FROM Segment_Products), 0) < (SELECT version FROM Grouping_State WHERE id = 1)
    OR COALESCE((SELECT MAX(batch) FROM Cluster_Products), 0) < (SELECT last_batch FROM Stream_State WHERE id = 1)
