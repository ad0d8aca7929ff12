package com.wavlake.ingest.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Says to other servers that this database is taken. The one connection that writes holds it: a
 * server that has lost it cannot write until it has it again.
 */
final class AdvisoryLock {
  private static final long NAME = 0x776c6b; // "wlk"
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofMillis(100);

  /**
   * What a connection says first: it fails where another server has the lock. A machine that is
   * gone holds it for a minute, not for two hours.
   */
  static final String TAKE =
      "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3;"
          + " SELECT 1 / (CASE WHEN pg_try_advisory_lock("
          + NAME
          + ") THEN 1 ELSE 0 END)";

  private AdvisoryLock() {}

  /**
   * Waits a moment for it: the death of a server that was killed is noticed a little later.
   *
   * @throws DatabaseException when another server has it, or the database cannot be reached
   */
  static void requireFree(DataSource source, String shown) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (Connection connection = source.getConnection();
        Statement ask = connection.createStatement()) {
      while (!isFree(ask)) {
        if (System.nanoTime() > deadline) {
          throw new DatabaseException(shown + " is in use by another server");
        }
        LockSupport.parkNanos(AGAIN.toNanos());
      }
    } catch (SQLException e) {
      throw new DatabaseException(shown + ": " + DatabaseException.rootMessage(e), e);
    }
  }

  private static boolean isFree(Statement ask) throws SQLException {
    try (ResultSet answer =
        ask.executeQuery(
            "SELECT CASE WHEN pg_try_advisory_lock("
                + NAME
                + ") THEN pg_advisory_unlock("
                + NAME
                + ") ELSE FALSE END")) {
      return answer.next() && answer.getBoolean(1);
    }
  }
}
