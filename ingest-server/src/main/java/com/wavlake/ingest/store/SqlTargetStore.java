package com.wavlake.ingest.store;

import com.wavlake.ingest.forward.Target;
import com.wavlake.ingest.forward.TargetStore;
import java.time.Instant;
import java.util.List;

/** Forward targets in the database. */
public final class SqlTargetStore implements TargetStore {
  private final Database database;

  /** On an open database. */
  public SqlTargetStore(Database database) {
    this.database = database;
  }

  @Override
  public List<Target> targets(String streamId) {
    return database.read(h ->
        h.createQuery("SELECT * FROM stream_forwards WHERE stream_id = ? ORDER BY created_at, id")
            .bind(0, streamId)
            .map((row, _) ->
                new Target(
                    row.getString("id"),
                    row.getString("stream_id"),
                    row.getString("name"),
                    row.getString("server"),
                    row.getString("stream_key"),
                    row.getBoolean("enabled")))
            .list());
  }

  @Override
  public boolean add(Target target, int most, Instant now) {
    return database.write(h ->
        h.execute(
            "INSERT INTO stream_forwards (id, stream_id, name, server, stream_key, enabled, created_at)"
                + " SELECT ?, ?, ?, ?, ?, ?, ?"
                + " WHERE (SELECT count(*) FROM stream_forwards WHERE stream_id = ?) < ?",
            target.id(),
            target.streamId(),
            target.name(),
            target.server(),
            target.key(),
            target.enabled(),
            now,
            target.streamId(),
            most))
        == 1;
  }

  @Override
  public boolean enable(String streamId, String id, boolean enabled) {
    return database.write(h ->
        h.execute(
            "UPDATE stream_forwards SET enabled = ? WHERE stream_id = ? AND id = ?",
            enabled,
            streamId,
            id))
        == 1;
  }

  @Override
  public boolean remove(String streamId, String id) {
    return database.write(h ->
        h.execute("DELETE FROM stream_forwards WHERE stream_id = ? AND id = ?", streamId, id))
        == 1;
  }
}
