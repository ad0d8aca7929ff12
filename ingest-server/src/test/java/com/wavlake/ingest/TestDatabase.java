package com.wavlake.ingest;

import com.wavlake.ingest.store.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** The databases that the same tests run on: a file, and a real PostgreSQL 18. */
public enum TestDatabase {
  SQLITE {
    @Override
    public String newUrl() {
      return "";
    }
  },
  POSTGRESQL {
    @Override
    public String newUrl() {
      Assumptions.assumeTrue(
          System.getProperty("os.name").equals("Linux")
              && System.getProperty("os.arch").equals("amd64"),
          "there is a PostgreSQL for tests on Linux x86-64 alone");
      String name = "test" + COUNT.incrementAndGet();
      try (Connection admin = Server.ONE.getPostgresDatabase().getConnection();
          Statement create = admin.createStatement()) {
        create.execute("CREATE DATABASE " + name + " STRATEGY file_copy");
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
      return "postgresql://postgres:postgres@127.0.0.1:" + Server.ONE.getPort() + "/" + name;
    }
  };

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** Where an empty database is; "" for a file in the server's directory. */
  public abstract String newUrl();

  /** An empty database. */
  public Database open(Path directory) {
    return open(directory, newUrl());
  }

  /** One that was made before. */
  public static Database open(Path directory, String url) {
    return url.isEmpty() ? Database.open(directory) : Database.connect(url);
  }

  /** One for all tests of this JVM; it stops with it. */
  private static final class Server {
    private static final EmbeddedPostgres ONE = start();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("max_connections", "200")
            .setServerConfig("shared_buffers", "32MB")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
