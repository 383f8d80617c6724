-- A locking read first: after an older snapshot MariaDB 11.8 refuses it (error 1020).
SELECT topic_id, last_batch, generation, newest_sale
FROM Stream_State
WHERE id = 1
FOR UPDATE
