-- How many of a micro-batch's rejected messages were mere repetitions: they are no sign of bad data.
-- Written by: processor. Read by: processor (its limit of rejected messages), engineers.

ALTER TABLE Batch_Log
    ADD COLUMN IF NOT EXISTS repeated INT UNSIGNED NOT NULL DEFAULT 0
        COMMENT 'Of the rejected, lines that had been received before' AFTER rejected;
