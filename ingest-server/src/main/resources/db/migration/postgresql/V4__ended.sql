-- What was live here last, for everybody who looks: without a look at all that is over.
CREATE INDEX idx_streams_ended ON streams (status, ended_at DESC, id) WHERE started_at IS NOT NULL;
