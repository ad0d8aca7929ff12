package com.wavlake.ingest.rtmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.MediaSink;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ClockTest {
  @Test
  void time_goes_on_where_24_31_and_32_bits_end() {
    for (long edge : new long[] {0xff_ffffL, 1L << 31, 1L << 32}) {
      TagClock clock = new TagClock();
      long first = clock.unwrap((int) (edge - 100));
      for (int millis = -60; millis <= 400; millis += 40) {
        int timestamp = (int) (edge + millis);
        assertThat(clock.jumps(timestamp)).isFalse();
        assertThat(clock.unwrap(timestamp) - first).isEqualTo(100 + millis);
      }
    }
  }

  @Test
  void tags_a_little_out_of_order_are_no_jump_but_a_reset_is() {
    TagClock clock = new TagClock();
    clock.unwrap(5_000);
    assertThat(clock.jumps(4_500)).isFalse();
    assertThat(clock.unwrap(4_500)).isEqualTo(clock.unwrap(5_000) - 500);
    assertThat(clock.jumps(14_999)).isFalse();
    assertThat(clock.jumps(15_001)).isTrue();
    clock.unwrap(15_001);
    assertThat(clock.jumps(0)).isTrue();
  }

  @Test
  void sound_is_timed_by_its_samples_not_by_rounded_milliseconds() {
    Track.Audio track = new Track.Audio(Codec.AAC, "mp4a.40.2", 44_100, 2, 1024, new byte[2]);
    AudioClock clock = new AudioClock(track);
    for (int i = 0; i < 10_000; i++) {
      assertThat(clock.dts(1_000 + Math.round(i * 1024_000.0 / 44_100), 1024))
          .isEqualTo(44_100 + 1024L * i);
    }
  }

  @Test
  void lost_sound_leaves_a_gap_and_a_slow_clock_is_followed() {
    Track.Audio track = new Track.Audio(Codec.AAC, "mp4a.40.2", 48_000, 2, 1024, new byte[2]);
    AudioClock clock = new AudioClock(track);
    assertThat(clock.dts(0, 1024)).isZero();
    assertThat(clock.dts(500, 1024)).isEqualTo(24_000);
    long last = 24_000;
    for (int i = 1; i < 5_000; i++) { // an encoder whose clock runs 1 % slow
      long dts = clock.dts(500 + Math.round(i * 21.333 * 0.99), 1024);
      assertThat(dts).isGreaterThan(last);
      assertThat(dts / 48.0).isCloseTo(500 + i * 21.333 * 0.99, within(90.0));
      last = dts;
    }
  }

  @Test
  void a_jump_begins_a_new_timeline_for_sound_too() {
    Recorder recorder = new Recorder();
    FlvDemuxer demuxer = new FlvDemuxer(recorder);
    demuxer.audio(0, bytes("af00 1190"));
    demuxer.audio(1_000_000, bytes("af01 2110"));
    demuxer.audio(0, bytes("af01 2110"));
    demuxer.audio(21, bytes("af01 2110"));
    assertThat(recorder.discontinuities).isEqualTo(1);
    assertThat(recorder.samples.get(2).dts() - recorder.samples.get(1).dts()).isEqualTo(1024);
    assertThat(recorder.samples.get(1).dts()).isLessThan(48_000 * 10L);
  }

  @Test
  void what_is_not_supported_drops_the_track_and_says_so_once() {
    Recorder recorder = new Recorder();
    FlvDemuxer demuxer = new FlvDemuxer(recorder);
    demuxer.video(0, bytes("91 76766331 00"));
    demuxer.video(0, bytes("91 76766331 00"));
    demuxer.video(0, bytes("12 00"));
    demuxer.audio(0, bytes("2f 00"));
    demuxer.audio(0, bytes(""));
    assertThat(recorder.dropped).hasSize(3).anyMatch(reason -> reason.contains("vvc1"));
    assertThat(recorder.samples).isEmpty();
  }

  @Test
  void a_frame_of_another_size_is_no_other_track() {
    Recorder recorder = new Recorder();
    FlvDemuxer demuxer = new FlvDemuxer(recorder);
    demuxer.audio(0, bytes("91 65632d33 0b7700bf3287c00021064060e3bd57af"));
    demuxer.audio(32, bytes("91 65632d33 0b7700c13287c00021064060e3bd57af"));
    demuxer.audio(64, bytes("91 65632d33 0b7700ff3287c00021064060e3bd57af"));
    assertThat(recorder.tracks).hasSize(1);
    assertThat(recorder.samples).hasSize(3);
  }

  @Test
  void a_negative_composition_offset_is_24_bits_with_a_sign() {
    Recorder recorder = new Recorder();
    FlvDemuxer demuxer = new FlvDemuxer(recorder);
    demuxer.video(
        0,
        bytes(
            "17 00 000000 0164001fffe1001c6764001fac76110280bfe5c044000003000400000300f03c60c6118001000668e843b2c8b0fdf8f800"));
    demuxer.video(
        0,
        bytes(
            "17 00 000000 0164001fffe1001c6764001fac76110280bfe5c044000003000400000300f03c60c6118001000668e843b2c8b0fdf8f800"));
    demuxer.video(40, bytes("27 01 ffffd8 00000001 09"));
    assertThat(recorder.tracks).as("the same sequence header again is ignored").hasSize(1);
    assertThat(recorder.samples.getFirst().compositionOffset()).isEqualTo(-40 * 90);
  }

  private static ByteBuffer bytes(String hex) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  private static final class Recorder implements MediaSink {
    private final List<Track> tracks = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> dropped = new ArrayList<>();
    private int discontinuities;

    @Override
    public void track(Track track) {
      tracks.add(track);
    }

    @Override
    public void sample(Sample sample) {
      samples.add(sample);
    }

    @Override
    public void discontinuity() {
      discontinuities++;
    }

    @Override
    public void dropped(String reason) {
      dropped.add(reason);
    }
  }
}
