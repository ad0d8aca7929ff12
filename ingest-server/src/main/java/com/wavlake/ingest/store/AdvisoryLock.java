package com.wavlake.ingest.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to other servers that this database is taken, for as long as a connection of its own lives.
 */
final class AdvisoryLock implements Database.Ownership {
  private static final Logger log = LoggerFactory.getLogger(AdvisoryLock.class);
  private static final long NAME = 0x776c6b; // "wlk"
  private static final int VALID_SECONDS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofMillis(100);

  /** A machine that is gone holds its lock for a minute, not for two hours. */
  private static final String NOTICE_DEATH =
      "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";

  private final DataSource source;
  private final String shown;
  private Connection connection;

  private AdvisoryLock(DataSource source, String shown, Connection connection) {
    this.source = source;
    this.shown = shown;
    this.connection = connection;
  }

  static AdvisoryLock take(DataSource source, String shown) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return new AdvisoryLock(source, shown, locked(source, shown));
      } catch (SQLException e) {
        throw new DatabaseException(shown + ": " + DatabaseException.rootMessage(e), e);
      } catch (DatabaseException taken) { // a server that was killed is noticed a moment later
        if (System.nanoTime() > deadline) {
          throw taken;
        }
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    }
  }

  private static Connection locked(DataSource source, String shown) throws SQLException {
    Connection connection = source.getConnection();
    try (Statement ask = connection.createStatement()) {
      ask.execute(NOTICE_DEATH);
    }
    try (Statement ask = connection.createStatement();
        ResultSet answer = ask.executeQuery("SELECT pg_try_advisory_lock(" + NAME + ")")) {
      if (answer.next() && answer.getBoolean(1)) {
        return connection;
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    connection.close();
    throw new DatabaseException(shown + " is in use by another server");
  }

  @Override
  public synchronized boolean isOurs() {
    try {
      if (!connection.isValid(VALID_SECONDS)) {
        connection.close();
        connection = locked(source, shown);
        log.warn("{}: the connection was lost, and the database is ours again", shown);
      }
      return true;
    } catch (SQLException | DatabaseException e) {
      log.error("{}: {}", shown, e.getMessage());
      return false;
    }
  }

  @Override
  public synchronized void close() {
    try (Statement free = connection.createStatement()) {
      free.execute("SELECT pg_advisory_unlock_all()"); // the connection's end takes its time
      connection.close();
    } catch (SQLException e) {
      log.debug("{}: {}", shown, e.getMessage());
    }
  }
}
