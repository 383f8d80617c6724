INSERT INTO Segment_Members (CustomerID, segment)
SELECT CustomerID, segment
FROM Batch_Segment_Members
ON DUPLICATE KEY UPDATE segment = VALUES(segment)
