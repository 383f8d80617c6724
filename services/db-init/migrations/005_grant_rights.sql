-- What each log-in may do, and no more. The log-ins themselves are made by db-init, since passwords are no matter for a file.
-- processor: adds lines and moves the stream on; never deletes, never alters. viewer: reads.

GRANT SELECT, INSERT ON British_Online_Retail  TO 'processor'@'%';
GRANT SELECT, INSERT ON Other_Online_Retail    TO 'processor'@'%';
GRANT SELECT, INSERT ON Rejected_Online_Retail TO 'processor'@'%';
GRANT SELECT, UPDATE ON Stream_State           TO 'processor'@'%';
GRANT SELECT, INSERT, UPDATE ON Stream_Progress TO 'processor'@'%';
GRANT SELECT, INSERT, UPDATE ON Stream_Sources  TO 'processor'@'%';
GRANT SELECT, INSERT ON Batch_Log              TO 'processor'@'%';
GRANT SELECT, INSERT ON Batch_Offsets          TO 'processor'@'%';
GRANT SELECT, INSERT ON Model_Generations      TO 'processor'@'%';
GRANT SELECT, INSERT ON Model_Centres          TO 'processor'@'%';

GRANT SELECT, SHOW VIEW ON `kappa-view`.* TO 'viewer'@'%';
