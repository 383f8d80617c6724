-- Weeks that reach into another month are in two rows: months are put together from the same ones. Summed up by day
-- first: the key has the days in order, and periods alone would take a quarter more time.
SELECT
    MIN(day) AS first_day,
    MAX(day) AS last_day,
    british,
    SUM(sales_lines)     AS sales_lines,
    SUM(pieces)          AS pieces,
    SUM(turnover)        AS turnover,
    SUM(returned_pieces) AS returned_pieces,
    SUM(returned)        AS returned
FROM (
    SELECT
        day,
        Country = 'United Kingdom' AS british,
        SUM(sales_lines)     AS sales_lines,
        SUM(pieces)          AS pieces,
        SUM(turnover)        AS turnover,
        SUM(returned_pieces) AS returned_pieces,
        SUM(returned)        AS returned
    FROM Hourly_Sales
    WHERE day BETWEEN %(first)s AND %(last)s
    GROUP BY day, british
) AS days
GROUP BY EXTRACT(YEAR_MONTH FROM day), CASE %(by)s WHEN 'day' THEN day WHEN 'week' THEN YEARWEEK(day, 3) END, british
ORDER BY first_day, british DESC
