-- What the processor may do with the tables that came after 005. It reads erasures and never writes them.
-- viewer: has read everything in the database since 005.

GRANT SELECT, INSERT ON Resent_Messages  TO 'processor'@'%';
GRANT SELECT         ON Open_Rejects     TO 'processor'@'%';
GRANT SELECT         ON Erased_Customers TO 'processor'@'%';
