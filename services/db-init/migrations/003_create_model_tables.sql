-- The clustering model after every micro-batch that had British lines.
-- Written by: processor, in the transaction of the micro-batch. Read by: processor, analysts.

CREATE TABLE IF NOT EXISTS Model_Generations (
    generation BIGINT UNSIGNED  NOT NULL COMMENT '0 is the seed; each update makes the next',
    batch      BIGINT UNSIGNED  NOT NULL COMMENT 'Micro-batch that made it',
    clusters   TINYINT UNSIGNED NOT NULL COMMENT 'k, the number of clusters',
    features   VARCHAR(8)       NOT NULL COMMENT 'What the centres are made of: log (sign(x) log1p|x|) or raw values',
    PRIMARY KEY (generation)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Generations of the StreamingKMeans model';

CREATE TABLE IF NOT EXISTS Model_Centres (
    generation BIGINT UNSIGNED  NOT NULL COMMENT 'Generation of the model',
    cluster    TINYINT UNSIGNED NOT NULL COMMENT 'Number of the cluster = prediction',
    quantity   DOUBLE           NOT NULL COMMENT 'Centre: Quantity as a feature',
    unit_price DOUBLE           NOT NULL COMMENT 'Centre: UnitPrice as a feature',
    weight     DOUBLE           NOT NULL COMMENT 'Lines behind the centre, older ones discounted by the decay',
    PRIMARY KEY (generation, cluster)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Centres of every generation';
