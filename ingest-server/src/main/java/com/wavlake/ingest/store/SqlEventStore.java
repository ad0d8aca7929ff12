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
import com.wavlake.live.nostr.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** The relay's events in the database. */
public final class SqlEventStore implements EventStore {
  /** Longer ones are filed under their digest: indexes have limits. */
  private static final int MAX_INDEXED = 256;

  /** Of one filter's stored events together: a REQ must not fill the memory. */
  private static final long MAX_CHARACTERS = 4 << 20;

  /** Nobody wants to know whether it is more. */
  private static final int MAX_COUNT = 10_000;

  private static final int MAX_KINDS = 20;

  private final Database database;

  /** On an open database. */
  public SqlEventStore(Database database) {
    this.database = database;
  }

  @Override
  public Set<EventId> known(Collection<EventId> ids) {
    return ids.isEmpty() ? Set.of() : database.read(handle -> known(handle, ids));
  }

  private static Set<EventId> known(Handle handle, Collection<EventId> ids) {
    Sql sql = new Sql("SELECT id FROM events WHERE 1 = 1");
    sql.in("id", ids.stream().map(EventId::hex).toList());
    Set<EventId> known = new HashSet<>();
    sql.query(handle).mapTo(String.class).forEach(hex -> known.add(EventId.parse(hex)));
    return known;
  }

  @Override
  public List<Outcome> store(List<Event> events) {
    return database.write(handle -> {
      List<EventId> ids = events.stream().map(Event::id).toList();
      Set<EventId> there = new HashSet<>(known(handle, ids));
      Set<String> deleters = deleters(handle, events);
      List<Outcome> outcomes = new ArrayList<>();
      List<Event> fresh = new ArrayList<>();
      for (Event event : events) {
        if (there.contains(event.id())) {
          outcomes.add(Outcome.DUPLICATE);
          continue;
        }
        boolean replaces = Kind.isReplaceable(event.kind()) || Kind.isAddressable(event.kind());
        boolean deletes = event.kind() == Kind.DELETION;
        if (replaces || deletes || !deleters.isEmpty()) {
          insert(handle, fresh); // what it may concern has to be seen
          fresh.clear();
        }
        if (deleters.contains(event.author().hex()) && isDeleted(handle, event)) {
          outcomes.add(Outcome.DELETED);
        } else if (replaces && !replace(handle, event)) {
          outcomes.add(Outcome.SUPERSEDED);
        } else {
          if (deletes) {
            delete(handle, event);
            deleters.add(event.author().hex());
          }
          there.add(event.id());
          fresh.add(event);
          outcomes.add(Outcome.STORED);
        }
      }
      insert(handle, fresh);
      countChat(handle, events, outcomes);
      return outcomes;
    });
  }

  /** Which of the authors have ever deleted anything: most have not, and need no closer look. */
  private static Set<String> deleters(Handle handle, List<Event> events) {
    Sql sql = new Sql("SELECT DISTINCT pubkey FROM events WHERE kind = 5");
    sql.in("pubkey", events.stream().map(event -> event.author().hex()).distinct().toList());
    return new HashSet<>(sql.query(handle).mapTo(String.class).list());
  }

  /** Makes room at the event's address; false when what is there is newer. */
  private static boolean replace(Handle handle, Event event) {
    Optional<Event> there =
        handle
            .createQuery("SELECT json FROM events WHERE pubkey = ? AND kind = ? AND identifier = ?")
            .bind(0, event.author().hex())
            .bind(1, event.kind())
            .bind(2, indexed(event.address().identifier()))
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
        .filter(tag -> tag.size() > 1)
        .forEach(tag ->
            handle.execute(
                "DELETE FROM events WHERE id = ? AND pubkey = ? AND kind <> 5",
                tag.value().replace("\0", ""),
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
                indexed(address.identifier()),
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
                indexed(event.address().coordinate()),
                event.createdAt()));
  }

  private static boolean exists(Handle handle, String sql, Object... arguments) {
    return handle.select(sql, arguments).mapTo(Integer.class).findFirst().isPresent();
  }

  private static void insert(Handle handle, List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    PreparedBatch rows =
        handle.prepareBatch(
            "INSERT INTO events (id, pubkey, kind, created_at, identifier, expires_at, json) VALUES (?, ?, ?, ?, ?, ?, ?)");
    PreparedBatch tags =
        handle.prepareBatch(
            "INSERT INTO event_tags (event_id, name, value, kind, created_at) VALUES (?, ?, ?, ?, ?)");
    for (Event event : events) {
      String id = event.id().hex();
      rows.bind(0, id)
          .bind(1, event.author().hex())
          .bind(2, event.kind())
          .bind(3, event.createdAt())
          .bind(4, indexed(event.address().identifier()))
          .bind(5, Relay.expiration(event).orElse(null))
          .bind(6, event.toJson())
          .add();
      event.tags().stream()
          .filter(tag -> tag.name().length() == 1 && tag.size() > 1)
          .map(tag -> List.of(tag.name().replace('\0', '?'), indexed(tag.value())))
          .distinct()
          .forEach(pair ->
              tags.bind(0, id)
                  .bind(1, pair.getFirst())
                  .bind(2, pair.getLast())
                  .bind(3, event.kind())
                  .bind(4, event.createdAt())
                  .add());
    }
    var _ = rows.execute();
    if (tags.size() > 0) {
      var _ = tags.execute();
    }
  }

  /** The messages themselves are pruned one day: their number stays. */
  private static void countChat(Handle handle, List<Event> events, List<Outcome> outcomes) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < events.size(); i++) {
      if (outcomes.get(i) == Outcome.STORED && events.get(i).kind() == Kind.CHAT_MESSAGE) {
        events.get(i).tag("a").ifPresent(tag -> counts.merge(tag.value(), 1, Integer::sum));
      }
    }
    counts.forEach((coordinate, count) -> {
      EventAddress at = address(coordinate);
      if (at != null && at.kind() == Kind.LIVE_STREAM) {
        handle.execute(
            "UPDATE streams SET chat_messages = chat_messages + ? WHERE id = ? AND pubkey = ?",
            count,
            indexed(at.identifier()),
            at.author().hex());
      }
    });
  }

  @Override
  public List<Event> query(Filter filter, int max, Instant now) {
    Optional<Map.Entry<String, Set<String>>> driver = single(filter);
    Sql sql;
    if (driver.isPresent()) {
      sql = byTag(filter, driver.get(), max, now);
    } else {
      sql = new Sql("SELECT json FROM events e WHERE 1 = 1");
      where(sql, filter, now);
      sql.and(" ORDER BY e.created_at DESC, e.id LIMIT ?", max);
    }
    return database.read(handle -> {
      List<Event> found = new ArrayList<>();
      long characters = 0;
      try (ResultIterator<String> rows = sql.query(handle).mapTo(String.class).iterator()) {
        while (rows.hasNext() && characters < MAX_CHARACTERS) {
          String json = rows.next();
          characters += json.length();
          found.add(Event.parse(json));
        }
      }
      return found;
    });
  }

  /** In an index's order, kind by kind: as many rows are read as are wanted. */
  private static Sql byTag(
      Filter filter, Map.Entry<String, Set<String>> tag, int max, Instant now) {
    Sql sql = new Sql("SELECT json FROM (");
    String union = "";
    List<Optional<Integer>> kinds =
        filter.kinds().isEmpty()
            ? List.of(Optional.empty())
            : filter.kinds().stream().map(Optional::of).toList();
    for (Optional<Integer> kind : kinds) {
      sql.and(
          union
              + "SELECT * FROM (SELECT e.json, t.created_at, t.event_id FROM event_tags t"
              + " JOIN events e ON e.id = t.event_id WHERE t.name = ? AND t.value = ?",
          tag.getKey().replace('\0', '?'),
          indexed(tag.getValue().iterator().next()));
      kind.ifPresent(only -> sql.and(" AND t.kind = ?", only));
      filter.since().ifPresent(since -> sql.and(" AND t.created_at >= ?", since));
      filter.until().ifPresent(until -> sql.and(" AND t.created_at <= ?", until));
      sql.and(" AND (e.expires_at IS NULL OR e.expires_at > ?)", now.getEpochSecond());
      sql.and(" ORDER BY t.created_at DESC, t.event_id LIMIT ?) of_kind", max);
      union = " UNION ALL ";
    }
    sql.and(") found ORDER BY created_at DESC, event_id LIMIT ?", max);
    return sql;
  }

  /** The one tag condition with one value, where nothing else is narrower. */
  private static Optional<Map.Entry<String, Set<String>>> single(Filter filter) {
    return filter.ids().isEmpty()
            && filter.authors().isEmpty()
            && filter.kinds().size() <= MAX_KINDS
            && filter.tags().size() == 1
        ? filter.tags().entrySet().stream().filter(tag -> tag.getValue().size() == 1).findFirst()
        : Optional.empty();
  }

  @Override
  public long count(List<Filter> filters, Instant now) {
    Sql sql = new Sql("SELECT count(*) FROM (");
    String union = "";
    for (Filter filter : filters) {
      sql.and(union + "SELECT * FROM (SELECT e.id FROM events e WHERE 1 = 1");
      where(sql, filter, now);
      sql.and(" LIMIT ?) part", MAX_COUNT);
      union = " UNION ";
    }
    sql.and(") matching");
    return database.read(handle -> sql.query(handle).mapTo(Long.class).one());
  }

  private static void where(Sql sql, Filter filter, Instant now) {
    sql.and(" AND (e.expires_at IS NULL OR e.expires_at > ?)", now.getEpochSecond());
    sql.in("e.id", filter.ids().stream().map(EventId::hex).toList());
    sql.in("e.pubkey", filter.authors().stream().map(PublicKey::hex).toList());
    sql.in("e.kind", filter.kinds());
    for (Map.Entry<String, Set<String>> tag : filter.tags().entrySet()) {
      sql.and(
          " AND e.id IN (SELECT event_id FROM event_tags WHERE name = ?",
          tag.getKey().replace('\0', '?'));
      sql.in("value", tag.getValue().stream().map(SqlEventStore::indexed).toList());
      sql.and(")");
    }
    filter.since().ifPresent(since -> sql.and(" AND e.created_at >= ?", since));
    filter.until().ifPresent(until -> sql.and(" AND e.created_at <= ?", until));
  }

  /** What a value is found by: no database takes a NUL, and none indexes what is very long. */
  private static String indexed(String value) {
    boolean plain = value.length() <= MAX_INDEXED && value.indexOf('\0') < 0;
    return plain ? value : "sha256:" + Sha256.hex(value.getBytes(StandardCharsets.UTF_8));
  }

  /** A statement that grows, with its arguments. */
  private static final class Sql {
    private final StringBuilder text;
    private final List<Object> arguments = new ArrayList<>();

    Sql(String start, Object... values) {
      text = new StringBuilder(start);
      arguments.addAll(List.of(values));
    }

    void and(String more, Object... values) {
      text.append(more);
      arguments.addAll(Stream.of(values).toList());
    }

    void in(String column, Collection<?> values) {
      if (!values.isEmpty()) {
        text.append(" AND ")
            .append(column)
            .append(" IN (")
            .append("?, ".repeat(values.size() - 1))
            .append("?)");
        arguments.addAll(values);
      }
    }

    Query query(Handle handle) {
      Query query = handle.createQuery(text.toString());
      for (int i = 0; i < arguments.size(); i++) {
        query.bind(i, arguments.get(i));
      }
      return query;
    }
  }
}
