package com.wavlake.ingest.store;

import com.wavlake.ingest.relay.EventStore;
import com.wavlake.ingest.relay.Relay;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The relay's events in the database. */
public final class SqlEventStore implements EventStore {
  private final Database database;

  /** On an open database. */
  public SqlEventStore(Database database) {
    this.database = database;
  }

  @Override
  public boolean has(EventId id) {
    return database.read(handle -> exists(handle, "SELECT 1 FROM events WHERE id = ?", id.hex()));
  }

  @Override
  public Outcome store(Event event) {
    return database.write(handle -> {
      if (exists(handle, "SELECT 1 FROM events WHERE id = ?", event.id().hex())) {
        return Outcome.DUPLICATE;
      }
      if (isDeleted(handle, event)) {
        return Outcome.DELETED;
      }
      if ((Kind.isReplaceable(event.kind()) || Kind.isAddressable(event.kind()))
          && !replace(handle, event)) {
        return Outcome.SUPERSEDED;
      }
      if (event.kind() == Kind.DELETION) {
        delete(handle, event);
      }
      insert(handle, event);
      return Outcome.STORED;
    });
  }

  /** Makes room at the event's address; false when what is there is newer. */
  private static boolean replace(Handle handle, Event event) {
    Optional<Event> there =
        handle
            .createQuery("SELECT json FROM events WHERE pubkey = ? AND kind = ? AND identifier = ?")
            .bind(0, event.author().hex())
            .bind(1, event.kind())
            .bind(2, event.address().identifier())
            .mapTo(String.class)
            .findFirst()
            .map(Event::parse);
    if (there.isPresent() && !event.supersedes(there.get())) {
      return false;
    }
    there.ifPresent(old -> handle.execute("DELETE FROM events WHERE id = ?", old.id().hex()));
    return true;
  }

  /**
   * NIP-09: own events by id, own addresses up to the deletion's time. Deletions cannot be deleted.
   */
  private static void delete(Handle handle, Event deletion) {
    deletion
        .tags("e")
        .forEach(tag ->
            handle.execute(
                "DELETE FROM events WHERE id = ? AND pubkey = ? AND kind <> 5",
                tag.value(),
                deletion.author().hex()));
    deletion
        .tags("a")
        .forEach(tag -> {
          EventAddress address = address(tag.value());
          if (address != null && address.author().equals(deletion.author())) {
            handle.execute(
                "DELETE FROM events WHERE pubkey = ? AND kind = ? AND identifier = ? AND created_at <= ?",
                address.author().hex(),
                address.kind(),
                address.identifier(),
                deletion.createdAt());
          }
        });
  }

  /**
   * Null for what is no address of a replaceable or addressable event: other kinds are deleted by
   * id alone.
   */
  private static @Nullable EventAddress address(String coordinate) {
    try {
      EventAddress address = EventAddress.parse(coordinate);
      boolean has = Kind.isReplaceable(address.kind()) || Kind.isAddressable(address.kind());
      return has ? address : null;
    } catch (InvalidEvent e) {
      return null;
    }
  }

  private static boolean isDeleted(Handle handle, Event event) {
    String byAuthor =
        "SELECT 1 FROM events d JOIN event_tags t ON t.event_id = d.id WHERE d.kind = 5 AND d.pubkey = ?";
    return event.kind() != Kind.DELETION
        && (exists(
                handle,
                byAuthor + " AND t.name = 'e' AND t.value = ?",
                event.author().hex(),
                event.id().hex())
            || exists(
                handle,
                byAuthor + " AND t.name = 'a' AND t.value = ? AND d.created_at >= ?",
                event.author().hex(),
                event.address().coordinate(),
                event.createdAt()));
  }

  private static boolean exists(Handle handle, String sql, Object... arguments) {
    return handle.select(sql, arguments).mapTo(Integer.class).findFirst().isPresent();
  }

  private static void insert(Handle handle, Event event) {
    handle.execute(
        "INSERT INTO events (id, pubkey, kind, created_at, identifier, expires_at, json) VALUES (?, ?, ?, ?, ?, ?, ?)",
        event.id().hex(),
        event.author().hex(),
        event.kind(),
        event.createdAt(),
        event.address().identifier(),
        Relay.expiration(event).orElse(null),
        event.toJson());
    for (Tag tag : Set.copyOf(event.tags())) {
      if (tag.name().length() == 1 && tag.size() > 1) {
        handle.execute(
            "INSERT INTO event_tags (event_id, name, value) VALUES (?, ?, ?)",
            event.id().hex(),
            tag.name(),
            tag.value());
      }
    }
  }

  @Override
  public List<Event> query(Filter filter, int max, Instant now) {
    StringBuilder sql =
        new StringBuilder("SELECT json FROM events e WHERE (expires_at IS NULL OR expires_at > ?)");
    List<Object> arguments = new ArrayList<>();
    arguments.add(now.getEpochSecond());
    in(sql, arguments, "e.id", filter.ids().stream().map(EventId::hex).toList());
    in(sql, arguments, "e.pubkey", filter.authors().stream().map(PublicKey::hex).toList());
    in(sql, arguments, "e.kind", filter.kinds());
    for (Map.Entry<String, Set<String>> tag : filter.tags().entrySet()) {
      sql.append(" AND e.id IN (SELECT event_id FROM event_tags WHERE name = ?");
      arguments.add(tag.getKey());
      in(sql, arguments, "value", tag.getValue());
      sql.append(')');
    }
    filter.since().ifPresent(since -> compare(sql, arguments, " AND e.created_at >= ?", since));
    filter.until().ifPresent(until -> compare(sql, arguments, " AND e.created_at <= ?", until));
    compare(sql, arguments, " ORDER BY e.created_at DESC, e.id LIMIT ?", max);
    return database.read(handle -> {
      Query query = handle.createQuery(sql.toString());
      for (int i = 0; i < arguments.size(); i++) {
        query.bind(i, arguments.get(i));
      }
      return query.mapTo(String.class).map(Event::parse).list();
    });
  }

  private static void compare(
      StringBuilder sql, List<Object> arguments, String condition, long value) {
    sql.append(condition);
    arguments.add(value);
  }

  private static void in(
      StringBuilder sql, List<Object> arguments, String column, Collection<?> values) {
    if (!values.isEmpty()) {
      sql.append(" AND ")
          .append(column)
          .append(" IN (")
          .append("?, ".repeat(values.size() - 1))
          .append("?)");
      arguments.addAll(values);
    }
  }
}
