SELECT lines_read, lines_per_second FROM Batch_Log ORDER BY batch DESC LIMIT 1
