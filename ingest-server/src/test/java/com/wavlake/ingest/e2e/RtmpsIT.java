package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.ConfigException;
import com.wavlake.ingest.IngestServer;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RTMP within TLS, from a certificate in PEM files. */
@Timeout(60)
final class RtmpsIT extends MediaTestBase {
  private Path cert() {
    return directory.resolve("cert.pem");
  }

  private Path key() {
    return directory.resolve("key.pem");
  }

  private void certify(String name) throws Exception {
    var _ = SelfSigned.write(name, cert(), key());
  }

  private static String commonName(int port) throws GeneralSecurityException, IOException {
    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, new TrustManager[] {new Anybody()}, null);
    try (SSLSocket socket =
        (SSLSocket)
            trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.startHandshake();
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName();
    }
  }

  /** To look at certificates, not to trust them. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void ffmpeg_publishes_within_tls_and_a_renewed_certificate_is_taken_up() throws Exception {
    certify("first");
    IngestServer server =
        server("rtmps.port=0", "tls.cert=" + cert(), "tls.key=" + key(), "hls.window=60s");
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    String url = server.rtmpsUrl().orElseThrow();
    assertThat(url).startsWith("rtmps://");
    HlsValidator validator = HlsValidator.follow(stream.hlsPlayback());
    String target = url + "/" + stream.streamKey().orElseThrow().reveal();
    Process encoder =
        Ffmpeg.start(directory.resolve("encoder.log"), Ffmpeg.flashAndBeep(5, target));
    closing(() -> encoder.destroyForcibly().waitFor());
    assertThat(encoder.waitFor(40, TimeUnit.SECONDS)).isTrue();
    assertThat(encoder.exitValue()).as(Files.readString(directory.resolve("encoder.log"))).isZero();
    await().until(() -> client.status(stream.streamId()).connectionState().equals("disconnected"));
    client.stop(stream.streamId());
    assertThat(validator.problems(TIMEOUT)).isEmpty();
    assertThat(validator.seconds()).isBetween(4.7, 5.3);

    int port = URI.create(url).getPort();
    assertThat(commonName(port)).isEqualTo("CN=first");
    certify("second");
    Files.setLastModifiedTime(cert(), FileTime.from(Instant.now().plusSeconds(5)));
    await().untilAsserted(() -> assertThat(commonName(port)).isEqualTo("CN=second"));
    Files.writeString(cert(), "broken");
    Files.setLastModifiedTime(cert(), FileTime.from(Instant.now().plusSeconds(9)));
    assertThat(commonName(port)).as("what was right before stays").isEqualTo("CN=second");
  }

  @Test
  void encoders_reach_both_ways_at_the_same_host() throws Exception {
    certify("server");
    IngestServer server =
        server(
            "rtmps.port=0",
            "tls.cert=" + cert(),
            "tls.key=" + key(),
            "http.public-url=https://live.example",
            "access.npubs=*",
            "rtmp.public-url=rtmp://ingest.example:1935/live");
    assertThat(server.rtmpsUrl().orElseThrow()).matches("rtmps://ingest\\.example:[1-9]\\d*/live");
  }

  @Test
  void a_missing_or_broken_certificate_is_named_at_the_start() throws Exception {
    assertThatThrownBy(() -> server("rtmps.port=0"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.cert");
    Files.writeString(cert(), "nothing");
    Files.writeString(key(), "nothing");
    assertThatThrownBy(() -> server("rtmps.port=0", "tls.cert=" + cert(), "tls.key=" + key()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(cert().toString());
  }
}
