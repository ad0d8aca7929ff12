package com.wavlake.ingest.store;

import java.util.Map;

/** Totals that survive restarts, each of a period such as a month. */
public final class SqlCounters {
  private final Database database;

  /** On an open database. */
  public SqlCounters(Database database) {
    this.database = database;
  }

  /** A total so far. */
  public long value(String name, String period) {
    return database.read(h ->
        h.createQuery("SELECT value FROM counters WHERE name = ? AND period = ?")
            .bind(0, name)
            .bind(1, period)
            .mapTo(Long.class)
            .findOne()
            .orElse(0L));
  }

  /** Adds to totals, all of one period. */
  public void add(Map<String, Long> more, String period) {
    database.write(h -> {
      more.forEach((name, value) ->
          h.execute(
              "INSERT INTO counters (name, period, value) VALUES (?, ?, ?)"
                  + " ON CONFLICT (name, period) DO UPDATE SET value = counters.value + excluded.value",
              name,
              period,
              value));
      return null;
    });
  }
}
