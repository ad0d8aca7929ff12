package com.wavlake.ingest.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for a database of either kind. */
@Timeout(60)
final class DatabaseTest {
  @TempDir Path directory;

  private static void insert(Database database, String name) {
    database.write(
        h -> h.execute("INSERT INTO counters (name, period, value) VALUES (?, 'now', 1)", name));
  }

  private static int count(Database database) {
    return database.read(
        h -> h.createQuery("SELECT count(*) FROM counters").mapTo(Integer.class).one());
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void many_write_at_once_and_each_is_all_or_nothing(TestDatabase kind) throws Exception {
    try (Database database = kind.open(directory);
        ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch together = new CountDownLatch(1);
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        int number = i;
        writes.add(
            people.submit(() -> {
              together.await();
              database.write(h -> {
                h.execute(
                    "INSERT INTO counters (name, period, value) VALUES (?, 'now', 1)",
                    "n" + number);
                if (number % 3 == 0) {
                  throw new IllegalStateException("on purpose " + number);
                }
                return null;
              });
              return null;
            }));
      }
      together.countDown();
      int failed = 0;
      for (int i = 0; i < writes.size(); i++) {
        try {
          writes.get(i).get();
          assertThat(i % 3).isNotZero();
        } catch (ExecutionException e) {
          assertThat(e.getCause()).hasMessage("on purpose " + i);
          failed++;
        }
      }
      assertThat(failed).isEqualTo(100);
      assertThat(count(database)).isEqualTo(200);
      assertThatThrownBy(() -> insert(database, "n1")).as("a duplicate").isNotNull();
      insert(database, "after that");
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabase.class)
  void what_was_written_is_there_after_a_restart_and_nothing_is_written_after_the_close(
      TestDatabase kind) {
    String url = kind.newUrl();
    Database first = TestDatabase.open(directory, url);
    insert(first, "kept");
    first.close();
    assertThatThrownBy(() -> insert(first, "late")).hasMessageContaining("closed");
    try (Database second = TestDatabase.open(directory, url)) {
      assertThat(count(second)).isEqualTo(1);
      assertThat(second.isReachable()).isTrue();
    }
  }

  @Test
  void a_change_must_not_write_by_itself() {
    try (Database database = TestDatabase.SQLITE.open(directory)) {
      assertThatThrownBy(() -> database.write(h -> database.write(i -> 1)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void two_servers_do_not_share_one_database() {
    String url = TestDatabase.POSTGRESQL.newUrl();
    try (Database first = Database.connect(url)) {
      assertThatThrownBy(() -> Database.connect(url))
          .hasMessageContaining("in use by another server");
      assertThat(first.isReachable()).isTrue();
    }
    Database.connect(url).close();
  }

  @Test
  void a_lost_connection_is_made_again_and_the_database_stays_ours() throws SQLException {
    String url = TestDatabase.POSTGRESQL.newUrl();
    String jdbc = url.replace("postgresql://postgres:postgres@", "jdbc:postgresql://");
    try (Database database = Database.connect(url)) {
      insert(database, "before");
      try (Connection admin = DriverManager.getConnection(jdbc, "postgres", "postgres");
          Statement kill = admin.createStatement()) {
        kill.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND pid <> pg_backend_pid()");
      }
      await().ignoreExceptions().until(database::isReachable);
      assertThatThrownBy(() -> Database.connect(url)).hasMessageContaining("in use");
      assertThat(count(database)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mysql://u:geheim@host/db",
        "postgresql://u:geheim@/db",
        "postgresql://u:geheim@host",
        "postgresql://u:ge heim@host/db",
        "postgresql://u:geheim@127.0.0.1:1/db?password=geheim"
      })
  void a_url_that_leads_nowhere_is_told_without_its_password(String url) {
    assertThatThrownBy(() -> Database.connect(url))
        .isInstanceOf(DatabaseException.class)
        .hasMessageNotContaining("geheim");
  }

  @Test
  void a_password_may_hold_anything() {
    PostgresUrl url = PostgresUrl.parse("postgresql://al%40ice:p%2Fw%3A+%25@db:5433/wlk?ssl=true");
    assertThat(url.user()).hasValue("al@ice");
    assertThat(url.password()).hasValue("p/w:+%");
    assertThat(url.jdbc()).isEqualTo("jdbc:postgresql://db:5433/wlk?ssl=true");
    assertThat(url).hasToString("postgresql://db:5433/wlk");
  }

  // migrations

  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "3"})
  void a_database_of_every_released_version_is_brought_up_to_date_with_all_that_is_in_it(
      String version) throws SQLException {
    String file = "jdbc:sqlite:" + directory.resolve("wlk.db");
    Flyway.configure()
        .dataSource(file, null, null)
        .locations("classpath:db/migration/sqlite")
        .target(version)
        .load()
        .migrate();
    String owner = "ab".repeat(32);
    try (Connection old = DriverManager.getConnection(file);
        Statement fill = old.createStatement()) {
      fill.execute(
          "INSERT INTO streams (id, pubkey, title, category, stream_key_hash, rtmp_ingest_url, hls_playback_url,"
              + " status, started_at, created_at, updated_at, next_sequence) VALUES ('s1', '"
              + owner
              + "', 'Old', 'talk', 'hash', 'rtmp', 'hls', 'reconnecting', 1700000000000, 1700000000000,"
              + " 1700000000000, 42)");
      fill.execute(
          "INSERT INTO stream_errors (stream_id, error_type, error_message, created_at) VALUES ('s1', 'media',"
              + " 'broken', 1700000000000)");
      fill.execute(
          "INSERT INTO idempotency_keys VALUES ('" + owner + "', 'k', 's1', 1700000000000)");
      fill.execute(
          "INSERT INTO events (id, pubkey, kind, created_at, json) VALUES ('e1', 'p', 1, 5, '{}')");
      fill.execute("INSERT INTO event_tags (event_id, name, value) VALUES ('e1', 't', 'music')");
      if (!version.equals("1")) {
        fill.execute(
            "INSERT INTO stream_forwards VALUES ('f1', 's1', 'n', 'rtmp://x/y', 'key', TRUE, 1700000000000)");
      }
    }
    try (Database database = Database.open(directory)) {
      StreamHistory history = new StreamHistory(database);
      StreamStore streams = new StreamStore(database, history);
      assertThat(streams.unfinished())
          .singleElement()
          .satisfies(stream -> {
            assertThat(stream.about().title()).isEqualTo("Old");
            assertThat(stream.counts().playlist().nextSequence()).isEqualTo(42);
            assertThat(stream.times().startedAt())
                .isEqualTo(Optional.of(Instant.ofEpochMilli(1_700_000_000_000L)));
          });
      assertThat(history.errors("s1", 10)).hasSize(1);
      assertThat(new SqlTargetStore(database).targets("s1")).hasSize(version.equals("1") ? 0 : 1);
      assertThat(new SqlOutboxStore(database).will("s1")).isEmpty();
      streams.delete("s1");
      assertThat(history.errors("s1", 10)).isEmpty();
    }
  }

  @Test
  void both_kinds_have_the_same_tables_and_columns() throws SQLException {
    Database.open(directory).close();
    String url = TestDatabase.POSTGRESQL.newUrl();
    Database.connect(url).close();
    try (Connection sqlite =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("wlk.db"));
        Connection postgres =
            DriverManager.getConnection(
                url.replace("postgresql://postgres:postgres@", "jdbc:postgresql://"),
                "postgres",
                "postgres")) {
      Set<String> columns = columns(sqlite, null);
      assertThat(columns).hasSizeGreaterThan(100).isEqualTo(columns(postgres, "public"));
      assertThat(indexes(sqlite)).isEqualTo(indexes(postgres));
    }
  }

  private static Set<String> columns(Connection connection, @Nullable String schema)
      throws SQLException {
    DatabaseMetaData meta = connection.getMetaData();
    Set<String> columns = new TreeSet<>();
    try (ResultSet rows = meta.getColumns(null, schema, "%", "%")) {
      while (rows.next()) {
        String table = rows.getString("TABLE_NAME").toLowerCase(Locale.ROOT);
        if (!table.startsWith("flyway") && !table.startsWith("sqlite")) {
          columns.add(table + "." + rows.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
        }
      }
    }
    return columns;
  }

  /** Those that we named. */
  private static Set<String> indexes(Connection connection) throws SQLException {
    boolean postgres = connection.getMetaData().getURL().startsWith("jdbc:postgresql");
    String sql =
        postgres
            ? "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'idx%'"
            : "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'idx%'";
    Set<String> names = new TreeSet<>();
    try (Statement ask = connection.createStatement();
        ResultSet rows = ask.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  // backup and restore, as docs/self-hosting.md says

  @Test
  void a_backup_taken_while_the_server_writes_is_restored_by_putting_it_in_place()
      throws SQLException {
    Path restored = directory.resolve("restored");
    restored.toFile().mkdirs();
    try (Database database = Database.open(directory.resolve("data"));
        ExecutorService writer = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        insert(database, "before " + i);
      }
      Future<?> busy =
          writer.submit(() -> {
            for (int i = 0; i < 100; i++) {
              insert(database, "meanwhile " + i);
            }
          });
      try (Connection other =
              DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("data/wlk.db"));
          Statement backup = other.createStatement()) {
        backup.execute("VACUUM INTO '" + restored.resolve("wlk.db") + "'");
      }
      assertThat(busy).satisfies(Future::get);
    }
    try (Database database = Database.open(restored)) {
      assertThat(count(database)).isBetween(50, 150);
      insert(database, "after the restore");
    }
  }
}
