-- Counted as it is taken: the messages themselves are pruned.
ALTER TABLE streams ADD COLUMN chat_messages BIGINT NOT NULL DEFAULT 0;

-- A chat is read newest first by its tag: without a look at all of it.
ALTER TABLE event_tags ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event_tags ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
UPDATE event_tags SET
    kind = (SELECT e.kind FROM events e WHERE e.id = event_tags.event_id),
    created_at = (SELECT e.created_at FROM events e WHERE e.id = event_tags.event_id);
DELETE FROM event_tags WHERE rowid NOT IN (SELECT min(rowid) FROM event_tags GROUP BY event_id, name, value);
DROP INDEX idx_event_tags;
CREATE INDEX idx_event_tags ON event_tags (name, value, kind, created_at, event_id);
CREATE INDEX idx_event_tags_time ON event_tags (name, value, created_at, event_id);
CREATE INDEX idx_events_expires ON events (expires_at);

-- What an owner may still see of a stream that is forgotten.
CREATE TABLE stream_summaries (
    stream_id     VARCHAR(36) PRIMARY KEY,
    pubkey        VARCHAR(64) NOT NULL,
    title         VARCHAR(100) NOT NULL,
    category      VARCHAR(50) NOT NULL,
    status        VARCHAR(20) NOT NULL,
    created_at    TIMESTAMP NOT NULL,
    started_at    TIMESTAMP NULL,
    ended_at      TIMESTAMP NULL,
    peak_viewers  INTEGER NOT NULL,
    total_viewers INTEGER NOT NULL,
    chat_messages BIGINT NOT NULL
);
CREATE INDEX idx_stream_summaries ON stream_summaries (pubkey, created_at);
CREATE INDEX idx_streams_owner ON streams (pubkey, created_at);

-- The event that ends a stream's live event, should its streamer die: one a stream.
CREATE TABLE last_wills (
    stream_id    VARCHAR(36) PRIMARY KEY,
    event_id     VARCHAR(64) NOT NULL,
    event        TEXT NOT NULL,
    release_at   TIMESTAMP NOT NULL,
    deposited_at TIMESTAMP NOT NULL,
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);

-- What was released, and how far it has come with each relay. It outlives its stream.
CREATE TABLE outbox (
    event_id    VARCHAR(64) PRIMARY KEY,
    stream_id   VARCHAR(36) NOT NULL,
    event       TEXT NOT NULL,
    released_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_outbox_stream ON outbox (stream_id);
CREATE TABLE outbox_relays (
    event_id        VARCHAR(64) NOT NULL,
    url             VARCHAR(255) NOT NULL,
    state           VARCHAR(20) NOT NULL DEFAULT 'waiting',
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP NOT NULL,
    detail          TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (event_id, url),
    FOREIGN KEY (event_id) REFERENCES outbox (event_id) ON DELETE CASCADE
);
CREATE INDEX idx_outbox_due ON outbox_relays (state, next_attempt_at);

-- Whom an owner has told what happens to their streams. The secret signs, so it has to be kept.
CREATE TABLE webhooks (
    id         VARCHAR(36) PRIMARY KEY,
    pubkey     VARCHAR(64) NOT NULL,
    url        VARCHAR(500) NOT NULL,
    secret     VARCHAR(100) NOT NULL,
    events     VARCHAR(200) NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_webhooks ON webhooks (pubkey);
CREATE TABLE webhook_deliveries (
    id              VARCHAR(36) PRIMARY KEY,
    webhook_id      VARCHAR(36) NOT NULL,
    event           VARCHAR(30) NOT NULL,
    body            TEXT NOT NULL,
    state           VARCHAR(20) NOT NULL DEFAULT 'waiting',
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP NOT NULL,
    detail          TEXT NOT NULL DEFAULT '',
    created_at      TIMESTAMP NOT NULL,
    FOREIGN KEY (webhook_id) REFERENCES webhooks (id) ON DELETE CASCADE
);
CREATE INDEX idx_webhook_due ON webhook_deliveries (state, next_attempt_at);
CREATE INDEX idx_webhook_deliveries ON webhook_deliveries (webhook_id, created_at);

-- The rules of a stream's chat, and who may not write in it.
CREATE TABLE chat_rules (
    stream_id         VARCHAR(36) PRIMARY KEY,
    slow_mode_seconds INTEGER NOT NULL,
    pow_bits          INTEGER NOT NULL,
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);
CREATE TABLE chat_bans (
    stream_id VARCHAR(36) NOT NULL,
    pubkey    VARCHAR(64) NOT NULL,
    until     TIMESTAMP NULL,
    PRIMARY KEY (stream_id, pubkey),
    FOREIGN KEY (stream_id) REFERENCES streams (id) ON DELETE CASCADE
);

-- Who asked to publish here, and what the admin said.
CREATE TABLE publishers (
    pubkey     VARCHAR(64) PRIMARY KEY,
    status     VARCHAR(20) NOT NULL,
    note       VARCHAR(200) NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL
);
CREATE INDEX idx_publishers ON publishers (status, created_at);

-- Totals of a month, for one: what has to survive a restart.
CREATE TABLE counters (
    name   VARCHAR(50) NOT NULL,
    period VARCHAR(10) NOT NULL,
    value  BIGINT NOT NULL,
    PRIMARY KEY (name, period)
);
