package com.wavlake.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.Generator;
import com.wavlake.ingest.amf.AmfValue;
import com.wavlake.ingest.hls.Continuation;
import com.wavlake.ingest.hls.HlsSettings;
import com.wavlake.ingest.hls.Playlist;
import com.wavlake.ingest.hls.Segment;
import com.wavlake.ingest.hls.Timeline;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.SharedBytes;
import com.wavlake.ingest.media.Track;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whole sessions of encoders, from handshake to media of every codec, with bytes changed, left out,
 * doubled and cut off. Run with {@code -Dfuzz.cases=N} for more than a few, and with {@code
 * -Dseed=N} to repeat one.
 */
final class FuzzTest {
  private static final int CASES = Integer.getInteger("fuzz.cases", 20_000);
  private static final long SLOW_NANOS = 5_000_000_000L;
  private static final byte[] INTERESTING = {
    0, 1, 2, 3, 0x7f, (byte) 0x80, (byte) 0xff, (byte) 0xc0
  };
  private static final String AVC =
      "0164001fffe1001c6764001fac76110280bfe5c044000003000400000300f03c60c6118001000668e843b2c8b0fdf8f800";
  private static final String HEVC =
      "0102200000009000000000003ff000fcfdfafa00000f03200001001840010c01ffff02200000030090000003000003003f9598"
          + "09210001002c42010102200000030090000003000003003fa005020169f4d96566924caf01680800000300080000030"
          + "0f04022000100074401c172b46240";

  /** Tags as they are sent, by codec. */
  private static final List<List<String>> SESSIONS =
      List.of(
          List.of(
              "v1700000000" + AVC, "aaf001190", "v1701000000" + "00000004deadbeef", "aaf01aabbcc"),
          List.of(
              "v9068766331" + HEVC,
              "v9168766331000000" + "00000002aabb",
              "va368766331" + "00000001aa"),
          List.of(
              "v906176303181000c000a0b000000043cfecc02f80040",
              "a904f7075734f707573486561640101380180bb0000000000",
              "v91617630310a0b0000",
              "a914f707573f8b4afca"),
          List.of(
              "v907670303901000000001e820202020000",
              "v9176703039824983420035501df60438241c184a1008d07fd9",
              "a90664c6143120012000000000024150bb800f00000000000000000000000000000000000000000",
              "a91664c6143fff85a080081"),
          List.of(
              "a9161632d330b77480d0c402f842bc1c77aaf5e1be7",
              "a9165632d330b7700bf3287c00021064060e3bd57af"),
          List.of("a2ffffb54c40000097053", "a2ffffb54c40000097053"),
          List.of(
              "v960068766331" + "00" + HEVC,
              "a95204f7075730000001" + "34f707573486561640101380180bb0000000000",
              "v961168766331" + "00000005" + "0000000102" + "01000004" + "00000000",
              "v97020001230168766331" + "00000000aabb",
              "a95214f70757300000002f8b46d703461010000021190"));

  private static byte[] session(List<String> tags) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      bytes.write(3);
      bytes.write(new byte[2 * 1536]);
      ChunkWriter out = new ChunkWriter(bytes);
      AmfValue properties = AmfValue.object("app", "live", "tcUrl", "rtmp://x/live");
      out.write(3, 20, 0, 0, Command.of("connect", 1, properties).encode());
      out.write(3, 20, 0, 0, Command.of("createStream", 2, AmfValue.Null.NULL).encode());
      AmfValue key = AmfValue.of("key");
      out.write(
          3,
          20,
          1,
          0,
          Command.of("publish", 3, AmfValue.Null.NULL, key, AmfValue.of("live")).encode());
      int time = 0;
      for (int round = 0; round < 6; round++) {
        for (String tag : tags) {
          boolean video = tag.charAt(0) == 'v';
          byte[] body = HexFormat.of().parseHex(tag.substring(1));
          out.write(video ? 6 : 4, video ? 9 : 8, 1, time += 300, body);
        }
      }
      out.write(3, 20, 0, 0, Command.of("deleteStream", 4, AmfValue.Null.NULL).encode());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] mutate(Generator random, byte[] from, byte[] other) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(from.length + 64);
    int keep = 3_073; // mutating the 3 kB of handshake that nobody looks at finds little
    int handshake = random.below(20) == 0 ? 0 : keep;
    byte[] bytes = from.clone();
    for (int i = random.below(6); i >= 0; i--) {
      int at = handshake + random.below(bytes.length - handshake);
      switch (random.below(7)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.below(8));
        case 1 -> bytes[at] = INTERESTING[random.below(INTERESTING.length)];
        case 2 -> bytes[at] = (byte) random.any();
        case 3 -> bytes = splice(bytes, at, random.bytes(random.below(8)), 0);
        case 4 -> bytes = splice(bytes, at, new byte[0], random.below(16));
        case 5 -> bytes = splice(bytes, at, slice(random, bytes, handshake), 0);
        default -> bytes = splice(bytes, at, slice(random, other, keep), random.below(200));
      }
      if (bytes.length <= handshake + 1) {
        break;
      }
    }
    out.write(bytes, 0, random.below(10) == 0 ? 1 + random.below(bytes.length) : bytes.length);
    return out.toByteArray();
  }

  private static byte[] slice(Generator random, byte[] bytes, int from) {
    int at = from + random.below(bytes.length - from);
    int length = Math.min(random.below(200), bytes.length - at);
    return Arrays.copyOfRange(bytes, at, at + length);
  }

  private static byte[] splice(byte[] bytes, int at, byte[] insert, int remove) {
    int rest = Math.min(bytes.length, at + remove);
    byte[] out = new byte[at + insert.length + bytes.length - rest];
    System.arraycopy(bytes, 0, out, 0, at);
    System.arraycopy(insert, 0, out, at, insert.length);
    System.arraycopy(bytes, rest, out, at + insert.length, bytes.length - rest);
    return out;
  }

  @Test
  void whatever_an_encoder_sends_its_connection_ends_and_nothing_is_left() {
    List<byte[]> sessions = SESSIONS.stream().map(FuzzTest::session).toList();
    for (int i = 0; i < sessions.size(); i++) {
      assertThat(run(sessions.get(i)).samples).as("%s, unchanged", SESSIONS.get(i)).isPositive();
    }
    long threads = Thread.getAllStackTraces().size();
    long held = SharedBytes.held();
    long[] understood = new long[1];
    Generator.forAll(
        CASES,
        random -> {
          byte[] bytes =
              mutate(
                  random,
                  sessions.get(random.below(sessions.size())),
                  sessions.get(random.below(sessions.size())));
          long start = System.nanoTime();
          Outcome outcome = run(bytes);
          assertThat(System.nanoTime() - start).as("time").isLessThan(SLOW_NANOS);
          assertThat(outcome.ends).as("told once").isEqualTo(outcome.admitted ? 1 : 0);
          understood[0] += outcome.samples;
        });
    assertThat(understood[0]).as("most of it was still media").isGreaterThan(CASES);
    assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo((int) threads + 2);
    assertThat(SharedBytes.held()).as("every part was given back").isEqualTo(held);
  }

  private static final class Outcome {
    private boolean admitted;
    private int ends;
    private int samples;
  }

  private static Outcome run(byte[] bytes) {
    Outcome outcome = new Outcome();
    List<TimelineView> views = new ArrayList<>();
    Timeline timeline =
        new Timeline(
            HlsSettings.DEFAULT,
            "abcd1234",
            Continuation.START,
            () -> Instant.EPOCH,
            view -> {
              if (views.size() < 10) {
                views.add(view);
              }
            });
    PublishGate gate =
        (key, peer, connection) -> {
          outcome.admitted = true;
          return new Sink(timeline, outcome);
        };
    new RtmpServerConnection(
            new ByteArrayInputStream(bytes),
            OutputStream.nullOutputStream(),
            new Nothing(),
            gate,
            RtmpLimits.DEFAULT)
        .run();
    timeline.end();
    views.add(timeline.view());
    for (TimelineView view : views) {
      if (view.isPlayable()) {
        assertThat(Playlist.media(view)).startsWith("#EXTM3U\n");
        assertThat(Playlist.master(view, "x")).contains("CODECS=");
        for (Segment segment : view.window()) {
          assertThat(Math.round(segment.seconds())).isLessThanOrEqualTo(view.targetDuration());
        }
      }
    }
    timeline.close();
    return outcome;
  }

  private static final class Sink implements PublishGate.Publication {
    private final Timeline timeline;
    private final Outcome outcome;

    Sink(Timeline timeline, Outcome outcome) {
      this.timeline = timeline;
      this.outcome = outcome;
    }

    @Override
    public void announced(boolean video, boolean audio) {
      timeline.announced(video, audio);
    }

    @Override
    public void track(Track track) {
      timeline.track(track);
    }

    @Override
    public void sample(Sample sample) {
      outcome.samples++;
      timeline.sample(sample);
    }

    @Override
    public void discontinuity() {
      timeline.discontinuity();
    }

    @Override
    public void tag(FlvTag tag) {
      assertThat(tag.isConfiguration() && tag.isKeyFrame() && tag.isData()).isFalse();
    }

    @Override
    public boolean wantsTags() {
      return true;
    }

    @Override
    public void received(long bytes) {}

    @Override
    public void unpublished() {
      outcome.ends++;
    }

    @Override
    public void lost(String reason) {
      assertThat(reason).as("no fault of ours").doesNotContain("fault");
      outcome.ends++;
    }
  }

  private static final class Nothing implements RtmpServerConnection.Transport {
    @Override
    public void silence(Duration longest) {}

    @Override
    public void deadline(Duration left) {}

    @Override
    public Reason closedFor() {
      return Reason.NOTHING;
    }

    @Override
    public boolean isDrained() {
      return true;
    }

    @Override
    public String peer() {
      return "192.0.2.1";
    }

    @Override
    public void close() {}
  }
}
