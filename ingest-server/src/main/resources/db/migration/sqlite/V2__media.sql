-- What a playlist goes on with after a restart, and whether its owner wants a recording.
ALTER TABLE streams ADD COLUMN discontinuity_sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN target_duration INTEGER NOT NULL DEFAULT 0;
ALTER TABLE streams ADD COLUMN record BOOLEAN NOT NULL DEFAULT FALSE;

-- Where a copy of a stream goes. The URL carries the other service's key, which has to be shown to it.
CREATE TABLE stream_forwards (
    id         VARCHAR(36) PRIMARY KEY,
    stream_id  VARCHAR(36) NOT NULL,
    name       VARCHAR(50) NOT NULL,
    server     VARCHAR(255) NOT NULL,
    stream_key VARCHAR(255) NOT NULL,
    enabled    BOOLEAN NOT NULL DEFAULT TRUE,
    created_at TIMESTAMP NOT NULL,
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);
CREATE INDEX idx_stream_forwards ON stream_forwards (stream_id);
