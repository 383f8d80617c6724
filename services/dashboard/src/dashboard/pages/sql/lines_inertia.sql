SELECT batch, inertia, british
FROM Batch_Log
WHERE batch > (SELECT CAST(last_batch AS SIGNED) FROM Stream_State) - %(batches)s AND inertia IS NOT NULL
ORDER BY batch
