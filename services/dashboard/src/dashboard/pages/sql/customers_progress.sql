-- Running sums: the same as Reconciliation counts, without reading the lines.
SELECT
    COALESCE(SUM(next_offset - first_offset), 0) AS messages,
    COALESCE(SUM(british), 0)                    AS british,
    COALESCE(SUM(other), 0)                      AS other,
    COALESCE(SUM(rejected), 0)                   AS rejected,
    COALESCE(SUM(repeated), 0)                   AS repeated
FROM Stream_Progress
