-- Groups of customers: who is in which, what each group is like, who moved.
-- Written by: processor, in the transaction of a grouping, apart from those of the stream. Read by: analysts.

CREATE TABLE IF NOT EXISTS Grouping_State (
    id       TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Always 1: the row that every grouping locks first',
    version  BIGINT UNSIGNED  NOT NULL DEFAULT 0 COMMENT 'Number of the last grouping; 0 before the first',
    batch    BIGINT UNSIGNED  NOT NULL DEFAULT 0 COMMENT 'Last micro-batch that it saw',
    as_of    DATETIME             NULL COMMENT 'Newest sale that it saw',
    segments TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'How many groups it made',
    PRIMARY KEY (id),
    CONSTRAINT one_grouping CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'One row: the lock of the grouping and what it stands at';

INSERT IGNORE INTO Grouping_State (id) VALUES (1);

CREATE TABLE IF NOT EXISTS Segment_Members (
    CustomerID VARCHAR(32)      NOT NULL COMMENT 'Number of the customer',
    segment    TINYINT UNSIGNED     NULL COMMENT 'Group of the customer; NULL for one who belongs to none any more',
    PRIMARY KEY (CustomerID)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'The group of each customer by the last grouping';

CREATE TABLE IF NOT EXISTS Segment_History (
    version          BIGINT UNSIGNED  NOT NULL COMMENT 'Number of the grouping',
    segment          TINYINT UNSIGNED NOT NULL COMMENT 'Number of the group; it stays with the group from one grouping to the next',
    name             VARCHAR(32)      NOT NULL COMMENT 'What its centre says of it; docs/groups.md has the rule',
    as_of            DATETIME         NOT NULL COMMENT 'Newest sale that the grouping saw: recency counts from its day',
    batch            BIGINT UNSIGNED  NOT NULL COMMENT 'Last micro-batch that it saw',
    customers        INT UNSIGNED     NOT NULL COMMENT 'Customers in the group',
    share            DOUBLE           NOT NULL COMMENT 'Of all customers in groups',
    mean_recency     DOUBLE           NOT NULL COMMENT 'Days since the last purchase, mean',
    median_recency   DOUBLE           NOT NULL COMMENT 'Days since the last purchase, median',
    mean_frequency   DOUBLE           NOT NULL COMMENT 'Invoices, mean',
    median_frequency DOUBLE           NOT NULL COMMENT 'Invoices, median',
    mean_monetary    DECIMAL(30, 2)   NOT NULL COMMENT 'Pounds spent, mean',
    median_monetary  DECIMAL(30, 2)   NOT NULL COMMENT 'Pounds spent, median',
    turnover         DECIMAL(30, 3)   NOT NULL COMMENT 'Pounds that the group spent together',
    turnover_share   DOUBLE           NOT NULL COMMENT 'Of what all customers in groups spent',
    grouped_at       DATETIME(3)      NOT NULL COMMENT 'When the grouping was made, UTC',
    PRIMARY KEY (version, segment)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'The groups of every grouping';

CREATE TABLE IF NOT EXISTS Customer_Moves (
    version      BIGINT UNSIGNED  NOT NULL COMMENT 'Grouping that moved the customer',
    CustomerID   VARCHAR(32)      NOT NULL COMMENT 'Number of the customer',
    as_of        DATETIME         NOT NULL COMMENT 'Newest sale that the grouping saw',
    from_segment TINYINT UNSIGNED NOT NULL COMMENT 'Group before',
    from_name    VARCHAR(32)      NOT NULL COMMENT 'Its name then',
    to_segment   TINYINT UNSIGNED     NULL COMMENT 'Group from now on; NULL for one who belongs to none any more',
    to_name      VARCHAR(32)          NULL COMMENT 'Its name',
    PRIMARY KEY (version, CustomerID),
    KEY of_a_customer (CustomerID)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Customers who went from one group to another';
