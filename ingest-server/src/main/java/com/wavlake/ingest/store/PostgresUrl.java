package com.wavlake.ingest.store;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a PostgreSQL database is, as libpq writes it.
 *
 * @param jdbc the same for JDBC, without user and password
 * @param user percent-decoded
 * @param password percent-decoded
 * @see <a href="https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS">
 *     Connection URIs</a>
 */
record PostgresUrl(String jdbc, Optional<String> user, Optional<String> password) {
  private static final int CONNECT_SECONDS = 10;
  private static final int SOCKET_SECONDS = 60;

  /**
   * Reads one.
   *
   * @throws DatabaseException when it is none, without showing the password
   */
  static PostgresUrl parse(String url) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw wrong();
    }
    boolean scheme = "postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme());
    if (!scheme || uri.getHost() == null || uri.getPath() == null || uri.getPath().length() < 2) {
      throw wrong();
    }
    String[] login =
        uri.getRawUserInfo() == null ? new String[0] : uri.getRawUserInfo().split(":", 2);
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    return new PostgresUrl(
        "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath() + query,
        decoded(login, 0),
        decoded(login, 1));
  }

  private static DatabaseException wrong() {
    return new DatabaseException(
        "db.url: is no postgresql://user:password@host:5432/database (characters like @ in a"
            + " password are written %40)");
  }

  private static Optional<String> decoded(String[] login, int index) {
    return index < login.length
        ? Optional.of(URLDecoder.decode(login[index].replace("+", "%2B"), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  DataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(jdbc);
    user.ifPresent(source::setUser);
    password.ifPresent(source::setPassword);
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(SOCKET_SECONDS);
    source.setTcpKeepAlive(true);
    source.setApplicationName("wlk");
    return source;
  }

  /** For words and logs: without parameters, which may hold a password too. */
  String shown() {
    return jdbc.replaceFirst("^jdbc:", "").replaceFirst("\\?.*", "");
  }

  @Override
  public String toString() {
    return shown();
  }
}
