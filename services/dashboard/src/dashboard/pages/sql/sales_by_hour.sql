-- Weekdays from 0, Monday.
SELECT
    WEEKDAY(day)         AS weekday,
    hour,
    SUM(sales_lines)     AS sales_lines,
    SUM(pieces)          AS pieces,
    SUM(turnover)        AS turnover,
    SUM(returned_pieces) AS returned_pieces,
    SUM(returned)        AS returned
FROM Hourly_Sales
WHERE day BETWEEN %(first)s AND %(last)s
GROUP BY weekday, hour
ORDER BY weekday, hour
