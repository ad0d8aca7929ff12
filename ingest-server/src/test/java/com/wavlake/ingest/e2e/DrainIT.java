package com.wavlake.ingest.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.IngestServer;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a server that stops says and does before it is gone. */
@Timeout(60)
final class DrainIT extends MediaTestBase {

  @Test
  void encoders_are_told_visitors_sent_elsewhere_viewers_finish_and_the_stream_is_waited_for()
      throws Exception {
    String data = "data.dir=" + directory.resolve("data");
    IngestServer server = server(data, "drain=2s", "grace.lost=1s");
    ManagementClient client = client(server.httpUrl());
    CreatedStream stream = create(client);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (ServerSocket between = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> passOn(between, server.rtmpPort(), said));
      String rtmp = "rtmp://127.0.0.1:" + between.getLocalPort() + "/live";
      RtmpPublisher encoder = publish(rtmp, stream);
      Clip.send(encoder, 0, 8_000);
      await().until(() -> client.start(stream.streamId()).status().equals("live"));
      await().ignoreExceptions().until(() -> !playlist(mediaUrl(stream)).segments().isEmpty());
      String last = mediaUrl(stream);
      await() // a viewer counts from the second playlist on
          .until(() ->
              get(last).statusCode() == 200
                  && client.status(stream.streamId()).currentViewers() == 1);

      long before = System.nanoTime();
      Thread draining = Thread.ofVirtual().start(server::drain);
      await().until(() -> get(server.httpUrl() + "/health/ready").statusCode() == 503);
      await().until(() -> said.toString(StandardCharsets.UTF_8).contains("AppShutdown"));
      assertThat(get(last).statusCode()).as("what there is can still be watched").isEqualTo(200);
      draining.join(Duration.ofSeconds(10));
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .as("a viewer is there, and has the whole time")
          .isGreaterThan(Duration.ofSeconds(2));
    }
    server.close();

    IngestServer next = server(data);
    assertThat(client(next.httpUrl()).status(stream.streamId()).status())
        .as("longer than its grace, and not ended")
        .isEqualTo("reconnecting");
  }

  /** One connection to the server, remembering what comes back. */
  private static void passOn(ServerSocket between, int port, ByteArrayOutputStream said) {
    try (Socket encoder = between.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread there =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  encoder.getInputStream().transferTo(server.getOutputStream());
                } catch (IOException e) {
                  // one of them has gone
                }
              });
      byte[] piece = new byte[4_096];
      for (int read = server.getInputStream().read(piece);
          read > 0;
          read = server.getInputStream().read(piece)) {
        said.write(piece, 0, read);
        encoder.getOutputStream().write(piece, 0, read);
      }
      encoder.close();
      there.join();
    } catch (IOException | InterruptedException e) {
      // the test sees what is missing
    }
  }
}
