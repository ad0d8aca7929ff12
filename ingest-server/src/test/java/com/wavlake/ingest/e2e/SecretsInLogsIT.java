package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.Nip98;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** The log of a whole run, in every detail, says nothing that anybody could use. */
@Timeout(90)
final class SecretsInLogsIT extends MediaTestBase {
  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private static final Logger OURS = (Logger) LoggerFactory.getLogger("com.wavlake");

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private Optional<Level> before = Optional.empty();

  @BeforeEach
  void listen() {
    before = Optional.ofNullable(OURS.getLevel());
    OURS.setLevel(Level.DEBUG);
    log.setContext(ROOT.getLoggerContext());
    log.start();
    ROOT.addAppender(log);
  }

  @AfterEach
  void silence() {
    ROOT.detachAppender(log);
    OURS.setLevel(before.orElse(Level.INFO));
  }

  private String logged() {
    StringBuilder all = new StringBuilder();
    for (ILoggingEvent event : List.copyOf(log.list)) {
      all.append(event.getFormattedMessage()).append('\n');
      Optional.ofNullable(event.getThrowableProxy())
          .ifPresent(thrown -> all.append(ThrowableProxyUtil.asString(thrown)));
    }
    return all.toString();
  }

  private static void refused(String rtmp, String key) {
    assertThatThrownBy(() -> RtmpPublisher.publish(rtmp, key, TIMEOUT).close())
        .isInstanceOf(PublishRefused.class);
  }

  private static int send(String url, String authorization)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Authorization", authorization).build();
    return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void keys_and_authorisations_are_never_logged() throws Exception {
    SecretKey owner = SecretKey.generate();
    String hex = HexFormat.of().formatHex(owner.exportBytes());
    IngestServer server = server("forwards.targets=anywhere");
    IngestServer target = server();
    ManagementClient client = closing(ManagementClient.at(server.httpUrl(), KeySigner.of(owner)));
    ManagementClient there = client(target.httpUrl());
    CreatedStream stream = create(client);
    CreatedStream copy = create(there);
    String key = stream.streamKey().orElseThrow().reveal();
    String copyKey = copy.streamKey().orElseThrow().reveal();
    String goneKey = "gone-" + copyKey;

    RtmpPublisher encoder = publish(server.rtmpUrl(), stream);
    Clip.send(encoder, 0, 3_000);
    client.addForward(stream.streamId(), "well", target.rtmpUrl(), copyKey);
    client.addForward(stream.streamId(), "refused", target.rtmpUrl(), goneKey);
    client.addForward(stream.streamId(), "nobody there", "rtmp://127.0.0.1:1/" + goneKey, goneKey);
    client.start(stream.streamId());
    await()
        .until(() ->
            Stream.of("live", "retrying")
                .allMatch(state ->
                    client.forwards(stream.streamId()).stream()
                        .anyMatch(forward -> forward.state().equals(state))));

    String wrongKey = key + "-wrong";
    refused(server.rtmpUrl(), wrongKey);
    String path = server.httpUrl() + "/api/v1/streams";
    String once = Nip98.authorization(KeySigner.of(owner), "GET", path, new byte[0], Instant.now());
    assertThat(send(path, once)).isEqualTo(200);
    String stale =
        Nip98.authorization(
            KeySigner.of(owner), "GET", path, new byte[0], Instant.now().minusSeconds(9_000));
    assertThat(send(path, stale)).isEqualTo(401);
    assertThat(send(path, "Nostr " + owner.nsec())).isEqualTo(401);
    assertThat(send(path, "Bearer " + hex)).isEqualTo(401);

    Clip.send(encoder, 3_000, 6_000);
    String rotated = client.rotateKey(stream.streamId()).reveal();
    refused(server.rtmpUrl(), key);
    client.stop(stream.streamId());
    refused(server.rtmpUrl(), rotated);
    server.close();
    target.close();

    String all = logged();
    assertThat(all).as("it was listened to").contains("forward", "refused", stream.streamId());
    assertThat(all)
        .doesNotContain(key, copyKey, goneKey, wrongKey, rotated, owner.nsec(), hex, "nsec1")
        .doesNotContain(once.substring("Nostr ".length()), stale.substring("Nostr ".length()))
        .doesNotContainIgnoringCase("authorization");
  }
}
