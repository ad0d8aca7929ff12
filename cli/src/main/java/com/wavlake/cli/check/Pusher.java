package com.wavlake.cli.check;

import com.wavlake.cli.encoder.TestClip;
import com.wavlake.ingest.rtmp.FlvClip;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.rtmp.RtmpPublisher;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The encoder: sends the clip again and again until it is closed, on a thread of its own. */
final class Pusher implements AutoCloseable {
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final RtmpPublisher publisher;
  private final FlvClip clip;
  private final Thread thread;
  private volatile @Nullable String problem;
  private volatile boolean closed;

  private Pusher(RtmpPublisher publisher, FlvClip clip) {
    this.publisher = publisher;
    this.clip = clip;
    this.thread = Thread.ofVirtual().name("push").unstarted(this::play);
  }

  /** Connects, and starts to send once it is let in. */
  static Pusher start(String server, String key, Duration timeout)
      throws IOException, PublishRefused {
    FlvClip clip = TestClip.read();
    Pusher pusher = new Pusher(RtmpPublisher.publish(server, key, timeout), clip);
    pusher.thread.start();
    return pusher;
  }

  private void play() {
    try (publisher) {
      clip.play(publisher, () -> !closed);
    } catch (IOException e) {
      if (!closed) {
        problem = "the provider closed the RTMP connection: " + e.getMessage();
      }
    } catch (InterruptedException e) {
      // closing is what it is for
    }
  }

  /** Why it does not send any more, if it should. */
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      if (!thread.join(FAREWELL)) {
        publisher.abort();
      }
    } catch (IOException e) {
      // gone is what it should be
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
