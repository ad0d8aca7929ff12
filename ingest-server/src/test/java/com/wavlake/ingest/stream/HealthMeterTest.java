package com.wavlake.ingest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.hls.Continuation;
import com.wavlake.ingest.hls.HlsSettings;
import com.wavlake.ingest.hls.Timeline;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.MediaSink;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.rtmp.FlvTag;
import com.wavlake.ingest.time.FakeTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class HealthMeterTest {
  private static final Track.Video VIDEO =
      new Track.Video(Codec.AVC, "avc1.64001f", 640, 360, new byte[] {1});

  private static final EncoderConnection.Session NOBODY =
      new EncoderConnection.Session() {
        @Override
        public void handle(EncoderConnection from, Consumer<MediaSink> action) {}

        @Override
        public void tracksChanged(EncoderConnection from) {}

        @Override
        public Instant received(EncoderConnection from, long bytes) {
          return Instant.EPOCH;
        }

        @Override
        public void jumped(EncoderConnection from) {}

        @Override
        public void arrived(EncoderConnection from, Sample sample) {}

        @Override
        public void tag(EncoderConnection from, FlvTag tag) {}

        @Override
        public boolean wantsTags() {
          return false;
        }

        @Override
        public void stopped(EncoderConnection from) {}

        @Override
        public void lost(EncoderConnection from, String reason) {}
      };

  private final FakeTime time = new FakeTime();
  private final HealthMeter meter = new HealthMeter(time, 5_000);
  private final TimelineView view =
      new Timeline(HlsSettings.DEFAULT, "abcd1234", Continuation.START, time::now, _ -> {}).view();
  private long frame;

  private void pictures(int count, int millisEach) {
    for (int i = 0; i < count; i++) {
      time.advance(Duration.ofMillis(millisEach));
      meter.sample(new Sample(VIDEO, frame++ * 3_000, 0, true, ByteBuffer.allocate(10)));
    }
  }

  private Health measure(long keyFrameMillis) {
    EncoderConnection up = new EncoderConnection(NOBODY, "id", () -> {}, time.now());
    return meter.measure(up, view, keyFrameMillis);
  }

  @Test
  void an_even_stream_is_fine() {
    pictures(300, 33);
    meter.received(10 * 4_000_000 / 8);
    Health health = measure(2_000);
    assertThat(health.bitrateKbps()).isBetween(3_900, 4_100);
    assertThat(health.jitterMillis()).isLessThan(150);
    assertThat(health.warnings()).isEmpty();
  }

  @Test
  void what_is_wrong_is_said_with_its_cure() {
    pictures(30, 33);
    time.advance(Duration.ofMillis(1_600)); // nothing comes, then all at once
    pictures(48, 0);
    meter.received(2_800_000);
    Health health = measure(8_300);
    assertThat(health.jitterMillis()).isBetween(1_500, 1_700);
    assertThat(health.warnings())
        .anyMatch(
            w -> w.contains("Key frames come every 8.3 s") && w.contains("Keyframe Interval 2 s"))
        .anyMatch(w -> w.contains("5000 at most") && w.contains("Video Bitrate"))
        .anyMatch(w -> w.contains("stalled for 1.6 s"));
  }

  @Test
  void an_encoder_that_falls_behind_is_noticed_and_one_that_recovers_too() {
    pictures(300, 50); // 10 s of media in 15 s
    assertThat(measure(2_000).warnings()).anyMatch(w -> w.contains("67 % of real time"));
    pictures(400, 33);
    assertThat(measure(2_000).warnings()).noneMatch(w -> w.contains("real time"));
  }

  @Test
  void notices_stay_until_replaced() {
    meter.notice("recording", "disk is full");
    pictures(10, 33);
    assertThat(measure(0).warnings()).isEqualTo(List.of("disk is full"));
    meter.notice("recording", "quota");
    assertThat(measure(0).warnings()).isEqualTo(List.of("quota"));
  }
}
