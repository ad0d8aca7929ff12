package com.wavlake.ingest.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Where everything durable is: SQLite in a file, or PostgreSQL by URL; brought up to date by
 * Flyway. Reads go side by side, writes one after the other through the {@link GroupCommit}. One
 * server at a time has it. Safe for use by many threads.
 */
public final class Database implements AutoCloseable {
  private static final int BUSY_MILLIS = 10_000;
  private static final int CONNECTIONS = 4;
  private static final int POSTGRES_CONNECTIONS = 8;
  private static final long CONNECT_MILLIS = 10_000;

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final GroupCommit writer;
  private final Ownership ownership;

  private Database(HikariDataSource pool, Ownership ownership) {
    this.pool = pool;
    this.ownership = ownership;
    this.jdbi = Jdbi.create(pool);
    this.writer = new GroupCommit(jdbi);
  }

  /** Opens or creates the file {@code wlk.db} in a directory, which the caller has claimed. */
  public static Database open(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(
        SQLiteConfig.SynchronousMode.FULL); // what was answered survives a power cut
    config.enforceForeignKeys(true);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    SQLiteDataSource file = new SQLiteDataSource(config);
    file.setUrl("jdbc:sqlite:" + directory.resolve("wlk.db"));
    return migrated(pool(file, CONNECTIONS), "sqlite", () -> true);
  }

  /**
   * A PostgreSQL database of our own.
   *
   * @param url {@code postgresql://user:password@host:port/database}, with parameters after {@code
   *     ?}
   * @throws DatabaseException when it cannot be reached, or another server has it
   */
  public static Database connect(String url) {
    PostgresUrl postgres = PostgresUrl.parse(url);
    DataSource source = postgres.dataSource();
    AdvisoryLock lock = AdvisoryLock.take(source, postgres.shown());
    HikariDataSource pool;
    try {
      pool = pool(source, POSTGRES_CONNECTIONS);
    } catch (RuntimeException e) {
      lock.close();
      throw new DatabaseException(postgres.shown() + ": " + DatabaseException.rootMessage(e), e);
    }
    return migrated(pool, "postgresql", lock);
  }

  private static HikariDataSource pool(DataSource source, int connections) {
    HikariConfig pooling = new HikariConfig();
    pooling.setDataSource(source);
    pooling.setPoolName("db");
    pooling.setConnectionTimeout(CONNECT_MILLIS);
    pooling.setMaximumPoolSize(connections);
    return new HikariDataSource(pooling);
  }

  private static Database migrated(HikariDataSource pool, String dialect, Ownership ownership) {
    try {
      Flyway.configure()
          .dataSource(pool)
          .locations("classpath:db/migration/" + dialect)
          .load()
          .migrate();
    } catch (RuntimeException e) {
      pool.close();
      ownership.close();
      throw new DatabaseException(
          "the database cannot be brought up to date: " + e.getMessage(), e);
    }
    return new Database(pool, ownership);
  }

  /** Whether it answers, and is still ours. */
  public boolean isReachable() {
    return ownership.isOurs()
        && read(h -> h.createQuery("SELECT 1").mapTo(Integer.class).one()) == 1;
  }

  /** Reads. */
  <R> R read(HandleCallback<R, RuntimeException> query) {
    return jdbi.withHandle(query);
  }

  /**
   * Writes, all or nothing; durable when it returns. {@code change} runs on another thread and must
   * not write through this method itself.
   */
  <R> R write(HandleCallback<R, RuntimeException> change) {
    return writer.write(change);
  }

  @Override
  public void close() {
    writer.close();
    pool.close();
    ownership.close();
  }

  /** That nobody else writes to the database. */
  interface Ownership extends AutoCloseable {
    /** Whether that is so; may take it again. */
    boolean isOurs();

    @Override
    default void close() {}
  }
}
