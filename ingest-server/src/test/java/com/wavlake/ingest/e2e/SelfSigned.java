package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates of the tests' own making for 127.0.0.1, by the JDK's keytool. */
public final class SelfSigned {
  private static final char[] PASSWORD = "password".toCharArray();

  private SelfSigned() {}

  /** Makes one, and writes it and its key as PEM files. */
  public static X509Certificate write(String name, Path cert, Path key) throws Exception {
    return write(name, "EC", cert, key);
  }

  /** Makes one with a key for RSA or EC. */
  static X509Certificate write(String name, String algorithm, Path cert, Path key)
      throws Exception {
    Path store = cert.resolveSibling(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                algorithm,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC")
            .redirectErrorStream(true)
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    X509Certificate made = (X509Certificate) keys.getCertificate("it");
    pem(cert, "CERTIFICATE", made.getEncoded());
    pem(key, "PRIVATE KEY", keys.getKey("it", PASSWORD).getEncoded());
    return made;
  }

  private static void pem(Path file, String type, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n");
  }

  /** What a client has that trusts this one certificate. */
  static SSLContext trusting(X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("it", certificate);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
