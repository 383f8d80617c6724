UPDATE Stream_State
SET last_batch = %(batch)s, generation = %(generation)s, newest_sale = %(newest_sale)s
WHERE id = 1
