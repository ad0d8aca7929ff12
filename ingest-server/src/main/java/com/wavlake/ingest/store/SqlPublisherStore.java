package com.wavlake.ingest.store;

import com.wavlake.ingest.access.Publisher;
import com.wavlake.ingest.access.PublisherStore;
import com.wavlake.live.nostr.PublicKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Publishers in the database. */
public final class SqlPublisherStore implements PublisherStore {
  private final Database database;

  /** On an open database. */
  public SqlPublisherStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Publisher> find(PublicKey key) {
    return database.read(h -> find(h, key));
  }

  private static Optional<Publisher> find(Handle h, PublicKey key) {
    return h.createQuery("SELECT * FROM publishers WHERE pubkey = ?")
        .bind(0, key.hex())
        .map(SqlPublisherStore::publisher)
        .findOne();
  }

  private static Publisher publisher(ResultSet row, StatementContext context) throws SQLException {
    return new Publisher(
        PublicKey.parse(row.getString("pubkey")),
        Publisher.Status.of(row.getString("status")),
        row.getString("note"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }

  @Override
  public List<Publisher> list(Optional<Publisher.Status> status, int most) {
    return database.read(h ->
        h.createQuery(
                "SELECT * FROM publishers WHERE status = :status OR :all = 1 ORDER BY created_at, pubkey LIMIT :most")
            .bind("status", status.map(Publisher.Status::wire).orElse(""))
            .bind("all", status.isEmpty() ? 1 : 0)
            .bind("most", most)
            .map(SqlPublisherStore::publisher)
            .list());
  }

  @Override
  public void ask(PublicKey key, int most, Instant now) {
    database.write(h -> {
      if (find(h, key).isPresent()) {
        return 0;
      }
      h.execute(
          "DELETE FROM publishers WHERE status = 'pending' AND pubkey NOT IN (SELECT pubkey FROM publishers"
              + " WHERE status = 'pending' ORDER BY created_at DESC, pubkey LIMIT ?)",
          most - 1);
      return h.execute(
          "INSERT INTO publishers (pubkey, status, created_at, updated_at) VALUES (?, 'pending', ?, ?)",
          key.hex(),
          now,
          now);
    });
  }

  @Override
  public Publisher set(PublicKey key, Publisher.Status status, String note, Instant now) {
    return database.write(h -> {
      h.execute(
          "INSERT INTO publishers (pubkey, status, note, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"
              + " ON CONFLICT (pubkey) DO UPDATE SET status = excluded.status, note = excluded.note,"
              + " updated_at = excluded.updated_at",
          key.hex(),
          status.wire(),
          note,
          now,
          now);
      return find(h, key).orElseThrow();
    });
  }

  @Override
  public boolean remove(PublicKey key) {
    return database.write(h -> h.execute("DELETE FROM publishers WHERE pubkey = ?", key.hex()))
        == 1;
  }
}
