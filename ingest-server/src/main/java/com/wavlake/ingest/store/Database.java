package com.wavlake.ingest.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
  private static final long READ_MILLIS = 20_000;

  private final HikariDataSource pool;
  private final HikariDataSource writerPool;
  private final Jdbi jdbi;
  private final GroupCommit writer;

  /** Native code holds on to the thread that calls it: virtual threads wait here for one. */
  private final ExecutorService readers;

  private Database(HikariDataSource pool, HikariDataSource writerPool, int connections) {
    this.pool = pool;
    this.writerPool = writerPool;
    this.jdbi = Jdbi.create(pool);
    this.writer = new GroupCommit(Jdbi.create(writerPool));
    this.readers =
        Executors.newFixedThreadPool(
            connections, Thread.ofPlatform().daemon().name("db-reader-", 0).factory());
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
    return migrated(pool(file, CONNECTIONS, ""), pool(file, 1, ""), "sqlite", CONNECTIONS);
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
    AdvisoryLock.requireFree(source, postgres.shown());
    try {
      // who cannot have the lock cannot write
      HikariDataSource writerPool = pool(source, 1, AdvisoryLock.TAKE);
      return migrated(
          pool(source, POSTGRES_CONNECTIONS, ""), writerPool, "postgresql", POSTGRES_CONNECTIONS);
    } catch (HikariPool.PoolInitializationException e) {
      String why = DatabaseException.rootMessage(e);
      throw new DatabaseException(
          postgres.shown()
              + (why.contains("division by zero") ? " is in use by another server" : ": " + why),
          e);
    }
  }

  private static HikariDataSource pool(DataSource source, int connections, String first) {
    HikariConfig pooling = new HikariConfig();
    pooling.setDataSource(source);
    pooling.setPoolName(connections == 1 ? "db-writer" : "db");
    pooling.setConnectionTimeout(CONNECT_MILLIS);
    pooling.setMaximumPoolSize(connections);
    if (!first.isEmpty()) {
      pooling.setConnectionInitSql(first);
      pooling.setMaxLifetime(0); // the lock is this connection's
    }
    return new HikariDataSource(pooling);
  }

  private static Database migrated(
      HikariDataSource pool, HikariDataSource writerPool, String dialect, int connections) {
    try {
      Flyway.configure()
          .dataSource(pool)
          .locations("classpath:db/migration/" + dialect)
          .load()
          .migrate();
    } catch (RuntimeException e) {
      pool.close();
      writerPool.close();
      throw new DatabaseException(
          "the database cannot be brought up to date: " + e.getMessage(), e);
    }
    return new Database(pool, writerPool, connections);
  }

  /** Whether it answers, and can be written to by us. */
  public boolean isReachable() {
    HandleCallback<Integer, RuntimeException> ask =
        h -> h.createQuery("SELECT 1").mapTo(Integer.class).one();
    return read(ask) == 1 && write(ask) == 1;
  }

  /** Reads. */
  <R> R read(HandleCallback<R, RuntimeException> query) {
    try {
      return CompletableFuture.supplyAsync(() -> jdbi.withHandle(query), readers)
          .orTimeout(READ_MILLIS, TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new DatabaseException("the database has not answered in time", e);
    } catch (RejectedExecutionException e) {
      throw new DatabaseException("the database is closed", e);
    }
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
    readers.shutdown();
    pool.close();
    writerPool.close();
  }
}
