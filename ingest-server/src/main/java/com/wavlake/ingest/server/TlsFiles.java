package com.wavlake.ingest.server;

import com.wavlake.ingest.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate chain and its key out of PEM files, read anew when they have changed; they are
 * looked at once a second at most. Safe for use by many threads.
 */
public final class TlsFiles {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = new char[0];

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final Path certificate;
  private final Path key;
  private final Time time;
  private SSLContext context;
  private Changed read;
  private Instant looked;
  private String complaint = "";

  private record Changed(FileTime certificate, FileTime key) {}

  private TlsFiles(Path certificate, Path key, Time time) throws IOException {
    this.certificate = certificate;
    this.key = key;
    this.time = time;
    this.looked = time.now();
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
  public static TlsFiles of(Path certificate, Path key, Time time) throws IOException {
    return new TlsFiles(certificate, key, time);
  }

  /**
   * For a new connection. Files that are broken now, or do not belong together because one of them
   * is still being renewed, leave in force what was read before, and are looked at again.
   */
  public synchronized SSLContext context() {
    Instant now = time.now();
    if (Duration.between(looked, now).abs().compareTo(LOOK_AGAIN) < 0) {
      return context;
    }
    looked = now;
    try {
      Changed changed = changed();
      if (!changed.equals(read)) {
        context = load();
        read = changed;
        complaint = "";
        log.info("TLS certificate read anew from {}", certificate);
      }
    } catch (IOException e) {
      String problem = String.valueOf(e.getMessage());
      if (!problem.equals(complaint)) { // once, not for each connection
        complaint = problem;
        log.warn("TLS certificate {} stays as it was: {}", certificate, problem);
      }
    }
    return context;
  }

  private Changed changed() throws IOException {
    return new Changed(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key));
  }

  private SSLContext load() throws IOException {
    try {
      Certificate[] chain = chain();
      PrivateKey secret = secret(chain[0].getPublicKey().getAlgorithm());
      requirePair(chain[0].getPublicKey(), secret);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, NO_PASSWORD);
      keys.setKeyEntry("server", secret, NO_PASSWORD, chain);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, NO_PASSWORD);
      SSLContext made = SSLContext.getInstance("TLS");
      made.init(managers.getKeyManagers(), null, null);
      return made;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(certificate + " and " + key + ": " + e.getMessage(), e);
    }
  }

  private Certificate[] chain() throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(certificate)) {
      Collection<? extends Certificate> chain =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (chain.isEmpty()) {
        throw new IOException(certificate + " holds no certificate");
      }
      return chain.toArray(Certificate[]::new);
    }
  }

  private PrivateKey secret(String algorithm) throws IOException, GeneralSecurityException {
    Matcher pem = KEY.matcher(Files.readString(key, StandardCharsets.ISO_8859_1));
    if (!pem.find()) {
      throw new IOException(key + " holds no unencrypted PKCS#8 key (BEGIN PRIVATE KEY)");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  private void requirePair(PublicKey shown, PrivateKey secret)
      throws IOException, GeneralSecurityException {
    String algorithm =
        switch (shown.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> shown.getAlgorithm();
        };
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(secret);
    byte[] words = "a pair".getBytes(StandardCharsets.US_ASCII);
    signing.update(words);
    byte[] signature = signing.sign();
    signing.initVerify(shown);
    signing.update(words);
    if (!signing.verify(signature)) {
      throw new IOException(certificate + " and " + key + " do not belong together");
    }
  }
}
