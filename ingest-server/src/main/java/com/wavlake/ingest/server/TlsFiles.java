package com.wavlake.ingest.server;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate chain and its key out of PEM files, read anew when they have changed. Safe for use
 * by many threads.
 */
public final class TlsFiles {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

  private final Path certificate;
  private final Path key;
  private SSLContext context;
  private FileTime read;

  private TlsFiles(Path certificate, Path key) throws IOException {
    this.certificate = certificate;
    this.key = key;
    this.read = changed();
    this.context = load();
  }

  /**
   * Reads them.
   *
   * @param certificate the chain, the server's own certificate first
   * @param key PKCS#8, not encrypted
   * @throws IOException when they cannot be read, or do not hold what they should
   */
  public static TlsFiles of(Path certificate, Path key) throws IOException {
    return new TlsFiles(certificate, key);
  }

  /** For a new connection; files that are broken now leave in force what was read before. */
  public synchronized SSLContext context() {
    try {
      FileTime now = changed();
      if (!now.equals(read)) {
        read = now;
        context = load();
        log.info("TLS certificate read anew from {}", certificate);
      }
    } catch (IOException e) {
      log.warn("TLS certificate {} stays as it was: {}", certificate, e.getMessage());
    }
    return context;
  }

  private FileTime changed() throws IOException {
    FileTime first = Files.getLastModifiedTime(certificate);
    FileTime second = Files.getLastModifiedTime(key);
    return first.compareTo(second) > 0 ? first : second;
  }

  private SSLContext load() throws IOException {
    try {
      SslContext made =
          SslContextBuilder.forServer(certificate.toFile(), key.toFile())
              .sslProvider(SslProvider.JDK)
              .build();
      return ((JdkSslContext) made).context();
    } catch (SSLException | IllegalArgumentException e) {
      throw new IOException(certificate + " and " + key + ": " + e.getMessage(), e);
    }
  }
}
