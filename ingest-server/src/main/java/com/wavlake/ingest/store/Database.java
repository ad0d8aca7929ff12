package com.wavlake.ingest.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * SQLite in a file: write-ahead log, one writer at a time, readers beside it; brought up to date by
 * Flyway.
 */
public final class Database implements AutoCloseable {
  private static final int BUSY_MILLIS = 10_000;
  private static final int CONNECTIONS = 4;

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final ReentrantLock writer = new ReentrantLock();

  private Database(HikariDataSource pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  /** Opens or creates the file {@code wlk.db} in a directory. */
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
    HikariConfig pooling = new HikariConfig();
    pooling.setDataSource(file);
    pooling.setPoolName("db");
    pooling.setMaximumPoolSize(CONNECTIONS);
    HikariDataSource pool = new HikariDataSource(pooling);
    try {
      Flyway.configure().dataSource(pool).locations("classpath:db/migration").load().migrate();
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
    return new Database(pool);
  }

  /** Reads. */
  <R> R read(HandleCallback<R, RuntimeException> query) {
    return jdbi.withHandle(query);
  }

  /**
   * Writes in one transaction; durable when it returns. Writers queue here rather than in SQLite's
   * busy loop.
   */
  <R> R write(HandleCallback<R, RuntimeException> change) {
    writer.lock();
    try {
      return jdbi.inTransaction(change);
    } finally {
      writer.unlock();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
