-- The processor keeps customers and groups; the viewer's right to read covers the whole database already.

GRANT SELECT, INSERT, UPDATE ON Customer_Sales  TO 'processor'@'%';
GRANT SELECT, INSERT ON Customer_Invoices       TO 'processor'@'%';
GRANT SELECT, UPDATE ON Grouping_State          TO 'processor'@'%';
GRANT SELECT, INSERT, UPDATE ON Segment_Members TO 'processor'@'%';
GRANT SELECT, INSERT ON Segment_History         TO 'processor'@'%';
GRANT SELECT, INSERT ON Customer_Moves          TO 'processor'@'%';
-- A micro-batch's purchases are laid beside the customers in a table of the connection's own.
GRANT CREATE TEMPORARY TABLES ON `kappa-view`.* TO 'processor'@'%';
