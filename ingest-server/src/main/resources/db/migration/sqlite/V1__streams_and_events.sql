-- The service's five tables, names and columns as specified; what is ours stands at the end of each table.

CREATE TABLE streams (
    id                VARCHAR(36) PRIMARY KEY,
    pubkey            VARCHAR(64) NOT NULL,
    title             VARCHAR(100) NOT NULL,
    description       TEXT,
    category          VARCHAR(50) NOT NULL,
    enable_chat       BOOLEAN DEFAULT TRUE,
    stream_key_hash   VARCHAR(64) UNIQUE NOT NULL,
    rtmp_ingest_url   VARCHAR(255) NOT NULL,
    hls_playback_url  VARCHAR(255) NOT NULL,
    thumbnail_url     VARCHAR(255),
    status            VARCHAR(20) DEFAULT 'created',
    connection_state  VARCHAR(20) DEFAULT 'disconnected',
    started_at        TIMESTAMP NULL,
    ended_at          TIMESTAMP NULL,
    current_viewers   INTEGER DEFAULT 0,
    peak_viewers      INTEGER DEFAULT 0,
    total_viewers     INTEGER DEFAULT 0,
    last_heartbeat    TIMESTAMP NULL,
    payment_required  BOOLEAN DEFAULT FALSE,
    price_sats        INTEGER DEFAULT 0,
    lightning_address VARCHAR(255),
    error_count       INTEGER DEFAULT 0,
    last_error        TEXT,
    last_error_at     TIMESTAMP NULL,
    expires_at        TIMESTAMP NULL,
    created_at        TIMESTAMP NOT NULL,
    updated_at        TIMESTAMP NOT NULL,
    starts_at         TIMESTAMP NULL,
    tags              TEXT NOT NULL DEFAULT '',
    ever_connected    BOOLEAN NOT NULL DEFAULT FALSE,
    next_sequence     BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX idx_pubkey ON streams (pubkey);
CREATE INDEX idx_status ON streams (status);
CREATE INDEX idx_category ON streams (category);
CREATE INDEX idx_connection_state ON streams (connection_state);
CREATE INDEX idx_expires_at ON streams (expires_at);
CREATE INDEX idx_started_at ON streams (started_at);

CREATE TABLE stream_metrics (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id          VARCHAR(36) NOT NULL,
    timestamp          TIMESTAMP NOT NULL,
    concurrent_viewers INTEGER NOT NULL,
    chat_messages      INTEGER DEFAULT 0,
    bitrate            INTEGER DEFAULT 0,
    frame_rate         FLOAT DEFAULT 0,
    packet_loss        FLOAT,
    connection_state   VARCHAR(20),
    error_events       INTEGER DEFAULT 0,
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);
CREATE INDEX idx_stream_timestamp ON stream_metrics (stream_id, timestamp);
CREATE INDEX idx_timestamp ON stream_metrics (timestamp);

CREATE TABLE chat_rate_limits (
    pubkey          VARCHAR(64) NOT NULL,
    stream_id       VARCHAR(36) NOT NULL,
    last_message_at TIMESTAMP NOT NULL,
    message_count   INTEGER DEFAULT 1,
    window_start    TIMESTAMP NOT NULL,
    PRIMARY KEY (pubkey, stream_id),
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);
CREATE INDEX idx_window_cleanup ON chat_rate_limits (window_start);

CREATE TABLE stream_errors (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id     VARCHAR(36) NOT NULL,
    error_type    VARCHAR(50) NOT NULL,
    error_message TEXT,
    error_details TEXT,
    resolved_at   TIMESTAMP NULL,
    created_at    TIMESTAMP NOT NULL,
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);
CREATE INDEX idx_stream_errors ON stream_errors (stream_id, created_at);
CREATE INDEX idx_error_type ON stream_errors (error_type);
CREATE INDEX idx_unresolved ON stream_errors (resolved_at);

CREATE TABLE stream_payments (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id    VARCHAR(36) NOT NULL,
    payer_pubkey VARCHAR(64),
    amount_sats  INTEGER NOT NULL,
    payment_hash VARCHAR(64) UNIQUE,
    invoice      VARCHAR(2000),
    status       VARCHAR(20) DEFAULT 'pending',
    expires_at   TIMESTAMP NOT NULL,
    paid_at      TIMESTAMP NULL,
    created_at   TIMESTAMP NOT NULL,
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);
CREATE INDEX idx_stream_payments ON stream_payments (stream_id);
CREATE INDEX idx_payment_hash ON stream_payments (payment_hash);
CREATE INDEX idx_status_expires ON stream_payments (status, expires_at);

-- A repeated create with the same Idempotency-Key answers the same stream.
CREATE TABLE idempotency_keys (
    pubkey          VARCHAR(64) NOT NULL,
    idempotency_key VARCHAR(128) NOT NULL,
    stream_id       VARCHAR(36) NOT NULL,
    created_at      TIMESTAMP NOT NULL,
    PRIMARY KEY (pubkey, idempotency_key),
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);

-- The relay's events. Times are seconds here, as in the events.
CREATE TABLE events (
    id         VARCHAR(64) PRIMARY KEY,
    pubkey     VARCHAR(64) NOT NULL,
    kind       INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    identifier TEXT NOT NULL DEFAULT '',
    expires_at BIGINT NULL,
    json       TEXT NOT NULL
);
CREATE INDEX idx_events_kind ON events (kind, created_at);
CREATE INDEX idx_events_address ON events (pubkey, kind, identifier);
CREATE INDEX idx_events_created ON events (created_at);

CREATE TABLE event_tags (
    event_id VARCHAR(64) NOT NULL,
    name     VARCHAR(1) NOT NULL,
    value    TEXT NOT NULL,
    FOREIGN KEY (event_id) REFERENCES events (id) ON DELETE CASCADE
);
CREATE INDEX idx_event_tags ON event_tags (name, value);
CREATE INDEX idx_event_tags_event ON event_tags (event_id);
