package com.wavlake.ingest.hls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.wavlake.ingest.Generator;
import com.wavlake.ingest.media.Codec;
import com.wavlake.ingest.media.Sample;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.time.FakeTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private static final Track.Video VIDEO =
      new Track.Video(Codec.AVC, "avc1.64001f", 640, 360, new byte[] {1});
  private static final Track.Video OTHER_VIDEO =
      new Track.Video(Codec.AVC, "avc1.64001f", 1280, 720, new byte[] {2});
  private static final Track.Audio AUDIO =
      new Track.Audio(Codec.AAC, "mp4a.40.2", 48_000, 2, 1024, new byte[] {3});
  private static final int FRAME = 3_000; // 30 pictures a second

  private final FakeTime time = new FakeTime();
  private final List<TimelineView> told = new ArrayList<>();
  private final Timeline timeline =
      new Timeline(HlsSettings.DEFAULT, "abcd1234", Continuation.START, time::now, told::add);
  private Track.Video video = VIDEO;
  private long frame;
  private long sound;

  private static Sample picture(Track track, long dts, boolean key) {
    return new Sample(track, dts, 0, key, ByteBuffer.allocate(100));
  }

  private void tracks() {
    timeline.announced(true, true);
    timeline.track(video);
    timeline.track(AUDIO);
  }

  /** Pictures with the sound that goes along. */
  private void pictures(int count, int keyEvery) {
    for (int i = 0; i < count; i++, frame++) {
      timeline.sample(picture(video, frame * FRAME, frame % keyEvery == 0));
      while (sound * 1024 / 48_000.0 < (frame + 1) * FRAME / 90_000.0) {
        timeline.sample(new Sample(AUDIO, sound++ * 1024, 0, true, ByteBuffer.allocate(10)));
      }
    }
  }

  private List<Double> lengths() {
    return timeline.view().held().stream().map(Segment::seconds).toList();
  }

  @Test
  void a_segment_ends_at_the_first_key_frame_from_two_seconds_on() {
    tracks();
    pictures(30 * 11, 30);
    assertThat(lengths())
        .allSatisfy(seconds -> assertThat(seconds).isCloseTo(2.0, within(0.001)))
        .hasSize(5);
    assertThat(timeline.view().targetDuration()).isEqualTo(2);
    assertThat(timeline.view().frameRate()).isCloseTo(30, within(0.01));
    assertThat(timeline.keyFrameIntervalMillis()).isEqualTo(1_000);
    assertThat(told.getLast().nextSequence()).isEqualTo(5);
  }

  @Test
  void long_key_frame_distances_set_the_target_duration_once() {
    tracks();
    pictures(30 * 50, 250);
    assertThat(timeline.view().targetDuration()).isEqualTo(8);
    assertThat(lengths())
        .allSatisfy(seconds -> assertThat(Math.round(seconds)).isLessThanOrEqualTo(8));
  }

  @Test
  void no_extinf_rounds_above_the_target_duration_whatever_the_encoder_does() {
    Generator.forAll(
        50,
        random -> {
          Timeline any =
              new Timeline(HlsSettings.DEFAULT, "abcd1234", Continuation.START, time::now, _ -> {});
          any.announced(true, true);
          any.track(VIDEO);
          any.track(AUDIO);
          long dts = 0;
          long heard = 0;
          for (int i = 0; i < 2_000; i++) {
            dts += (long) FRAME * (random.below(100) == 0 ? 1 + random.below(290) : 1);
            any.sample(picture(VIDEO, dts, i == 0 || random.below(90) == 0));
            for (; heard * 1024 / 48_000.0 < dts / 90_000.0; heard++) {
              any.sample(new Sample(AUDIO, heard * 1024, 0, true, ByteBuffer.allocate(10)));
            }
            TimelineView view = any.view();
            for (Segment segment : view.held()) {
              assertThat(Math.round(segment.seconds())).isLessThanOrEqualTo(view.targetDuration());
            }
          }
        });
  }

  @Test
  void the_window_slides_and_what_left_it_can_still_be_had_for_a_while() {
    tracks();
    pictures(30 * 61, 60);
    TimelineView view = timeline.view();
    assertThat(view.window()).hasSize(5);
    assertThat(view.held().size()).isBetween(10, 12);
    assertThat(view.segment(view.window().getFirst().sequence() - 1)).isPresent();
    assertThat(view.segment(0)).isEmpty();
    assertThat(Playlist.media(view)).contains("#EXT-X-MEDIA-SEQUENCE:25\n");
  }

  @Test
  void the_first_segment_is_the_first_key_frames() {
    tracks();
    frame = 10;
    pictures(5, 15);
    assertThat(timeline.view().isPlayable()).isFalse();
    pictures(30 * 3, 15);
    assertThat(timeline.view().isPlayable()).isTrue();
  }

  @Test
  void a_picture_that_is_no_key_frame_at_the_start_or_behind_a_jump_is_left_out() {
    tracks();
    timeline.sample(picture(VIDEO, 0, false));
    pictures(30 * 3, 60);
    timeline.discontinuity();
    frame += 31;
    pictures(1, 60);
    frame = 600;
    sound = 600 * FRAME * 48_000L / 90_000 / 1024;
    pictures(30 * 5, 60);
    assertThat(timeline.view().held().stream().filter(Segment::discontinuity)).hasSize(1);
  }

  @Test
  void a_connection_lost_and_back_goes_on_behind_a_discontinuity() {
    tracks();
    pictures(30 * 5, 60);
    timeline.disconnected();
    int before = timeline.view().held().size();
    assertThat(lengths().getLast()).isCloseTo(1.0, within(0.001));

    video = OTHER_VIDEO;
    frame = 0;
    sound = 0;
    tracks();
    pictures(30 * 5, 60);
    TimelineView view = timeline.view();
    assertThat(view.held().get(before).discontinuity()).isTrue();
    assertThat(view.held().get(before).sequence()).isEqualTo(before);
    String playlist = Playlist.media(view);
    assertThat(playlist).contains("#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"abcd1234/init-1.mp4\"\n");
    assertThat(playlist).contains("init-0.mp4").contains("#EXT-X-DISCONTINUITY-SEQUENCE:0\n");

    pictures(30 * 30, 60);
    assertThat(Playlist.media(timeline.view()))
        .doesNotContain("#EXT-X-DISCONTINUITY\n")
        .contains("#EXT-X-DISCONTINUITY-SEQUENCE:1\n");
    assertThat(timeline.view().inits()).hasSize(1);
  }

  @Test
  void a_changed_configuration_is_a_new_init_segment() {
    tracks();
    pictures(30 * 4, 60);
    timeline.track(VIDEO);
    pictures(30, 60);
    assertThat(timeline.view().inits()).hasSize(1);
    video = OTHER_VIDEO;
    timeline.track(video);
    frame = 180;
    pictures(30 * 3, 60);
    assertThat(timeline.view().inits()).hasSize(2);
  }

  @Test
  void an_end_is_final() {
    tracks();
    pictures(30 * 3, 60);
    timeline.end();
    assertThat(Playlist.media(timeline.view())).endsWith("#EXT-X-ENDLIST\n");
    int before = timeline.view().held().size();
    tracks();
    pictures(30 * 3, 60);
    assertThat(timeline.view().held()).hasSize(before);
  }

  @Test
  void a_first_segment_cut_short_by_a_lost_connection_does_not_fix_the_target_duration() {
    tracks();
    pictures(20, 250);
    timeline.disconnected();
    assertThat(timeline.view().isPlayable()).isFalse();
    frame = 0;
    sound = 0;
    tracks();
    pictures(30 * 20, 250);
    assertThat(timeline.view().targetDuration()).isEqualTo(8);
  }

  @Test
  void a_stream_shorter_than_a_segment_can_be_watched_once_it_has_ended() {
    tracks();
    pictures(20, 60);
    timeline.end();
    assertThat(lengths())
        .singleElement()
        .satisfies(s -> assertThat(s).isCloseTo(20 / 30.0, within(0.01)));
  }

  @Test
  void sound_alone_and_pictures_alone_are_streams_too() {
    timeline.track(AUDIO);
    for (int i = 0; i < 48 * 12; i++) {
      timeline.sample(new Sample(AUDIO, i * 1024L, 0, true, ByteBuffer.allocate(10)));
    }
    assertThat(lengths()).hasSizeGreaterThan(4).allSatisfy(s -> assertThat(s).isBetween(1.9, 2.5));
    assertThat(Playlist.master(timeline.view(), "x/media.m3u8"))
        .contains("CODECS=\"mp4a.40.2\"")
        .doesNotContain("RESOLUTION")
        .doesNotContain("FRAME-RATE");

    Timeline silent =
        new Timeline(HlsSettings.DEFAULT, "abcd1234", Continuation.START, time::now, _ -> {});
    silent.announced(true, false);
    silent.track(VIDEO);
    for (int i = 0; i < 200; i++) {
      silent.sample(picture(VIDEO, i * (long) FRAME, i % 60 == 0));
    }
    assertThat(silent.view().tracks()).containsExactly(VIDEO);
    assertThat(silent.view().held()).hasSize(3);
  }

  /** RFC 8216bis §4.4.4.9, whatever the rate of pictures is and however it changes. */
  @Test
  void parts_are_neither_too_long_nor_too_short() {
    Generator.forAll(
        60,
        random -> {
          List<TimelineView> seen = new ArrayList<>();
          Timeline any =
              new Timeline(
                  HlsSettings.DEFAULT, "abcd1234", Continuation.START, time::now, seen::add);
          any.announced(true, true);
          any.track(VIDEO);
          any.track(AUDIO);
          long dts = 0;
          long heard = 0;
          int rate = 2 + random.below(59);
          for (int i = 0; i < 1_500; i++) {
            rate = random.below(200) == 0 ? 2 + random.below(59) : rate;
            dts += 90L * (1_000 / rate + random.below(3));
            for (; heard * 1024 / 48_000.0 < dts / 90_000.0; heard++) {
              any.sample(new Sample(AUDIO, heard * 1024, 0, true, ByteBuffer.allocate(10)));
            }
            any.sample(picture(VIDEO, dts, i == 0 || random.below(60) == 0));
          }
          for (TimelineView view : seen) {
            for (Segment segment : view.window()) {
              List<Part> parts = segment.parts();
              double sum = 0;
              for (int p = 0; p < parts.size(); p++) {
                Part part = parts.get(p);
                sum += part.seconds();
                assertThat(part.seconds()).isLessThanOrEqualTo(0.5 + 1e-6);
                boolean mayBeShort = p == parts.size() - 1 || parts.get(p + 1).independent();
                assertThat(mayBeShort || part.seconds() >= 0.85 * 0.5).as("%s", parts).isTrue();
              }
              assertThat(sum).isCloseTo(segment.seconds(), within(0.045));
            }
          }
        });
  }

  @Test
  void the_playlist_lists_parts_and_hints_at_the_next() {
    tracks();
    pictures(30 * 3 + 1, 60);
    assertThat(Playlist.media(timeline.view()))
        .contains("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.500,HOLD-BACK=6\n")
        .contains("#EXT-X-PART-INF:PART-TARGET=0.500\n")
        .contains("#EXT-X-PART:DURATION=0.50000,URI=\"abcd1234/0.0.m4s\",INDEPENDENT=YES\n")
        .contains("#EXT-X-PART:DURATION=0.50000,URI=\"abcd1234/0.1.m4s\"\n")
        .endsWith(
            """
            #EXT-X-PART:DURATION=0.50000,URI="abcd1234/1.1.m4s"
            #EXT-X-PRELOAD-HINT:TYPE=PART,URI="abcd1234/1.2.m4s"
            """);
    pictures(30 * 20, 60);
    assertThat(Playlist.media(timeline.view()))
        .as("older than three target durations")
        .contains("/7.m4s")
        .doesNotContain("/7.0.m4s")
        .contains("/9.0.m4s");
  }

  @Test
  void a_key_frame_within_a_segment_begins_an_independent_part() {
    tracks();
    pictures(30 * 4, 25);
    List<Part> parts = timeline.view().held().getFirst().parts();
    assertThat(parts.stream().map(Part::independent))
        .containsExactly(true, false, true, false, true, false);
    assertThat(parts.get(1).seconds()).isCloseTo(25 / 30.0 - 0.5, within(0.001));
  }

  @Test
  void a_blocking_reload_knows_what_it_waits_for() {
    tracks();
    pictures(30 * 5 + 1, 60); // segments 0 and 1, and two parts of 2
    TimelineView view = timeline.view();
    assertThat(view.nextSequence()).isEqualTo(2);
    assertThat(view.openParts()).isEqualTo(2);
    assertThat(view.reaches(1, -1)).isTrue();
    assertThat(view.reaches(1, 3)).isTrue();
    assertThat(view.reaches(1, 9)).as("past the last part: part 0 of the next").isTrue();
    assertThat(view.reaches(2, 1)).isTrue();
    assertThat(view.reaches(2, 2)).isFalse();
    assertThat(view.reaches(2, -1)).isFalse();
    assertThat(view.reaches(3, 0)).isFalse();
    assertThat(view.isFarAhead(2, 2)).isFalse();
    assertThat(view.isFarAhead(2, 8)).isTrue();
    assertThat(view.isFarAhead(3, -1)).isFalse();
    assertThat(view.isFarAhead(4, -1)).isTrue();
    timeline.end();
    assertThat(timeline.view().reaches(99, 0)).as("nothing will come").isTrue();
  }

  @Test
  void a_delta_update_leaves_out_what_is_behind_the_skip_boundary() {
    Timeline wide =
        new Timeline(
            new HlsSettings(
                Duration.ofSeconds(2), Duration.ofSeconds(60), Duration.ofMillis(500), true),
            "abcd1234",
            Continuation.START,
            time::now,
            _ -> {});
    wide.announced(true, false);
    wide.track(VIDEO);
    for (int i = 0; i < 30 * 41; i++) {
      wide.sample(picture(VIDEO, i * (long) FRAME, i % 60 == 0));
    }
    assertThat(Playlist.media(wide.view())).contains("CAN-SKIP-UNTIL=12\n").contains("VERSION:9");
    assertThat(Playlist.delta(wide.view()))
        .contains("#EXT-X-MEDIA-SEQUENCE:0\n")
        .contains("#EXT-X-SKIP:SKIPPED-SEGMENTS=14\n")
        .doesNotContain("EXT-X-MAP")
        .doesNotContain("/13.m4s")
        .contains("/14.m4s");
    tracks();
    pictures(30 * 41, 60);
    assertThat(Playlist.delta(timeline.view()))
        .as("a window of 10 s has nothing to skip")
        .isEqualTo(Playlist.media(timeline.view()))
        .doesNotContain("SKIP");
  }

  @Test
  void another_process_goes_on_where_this_one_stopped() {
    tracks();
    pictures(30 * 25, 250);
    timeline.disconnected();
    Continuation left = timeline.continuation();
    assertThat(left.targetDuration()).isEqualTo(8);
    assertThat(left.nextSequence()).isEqualTo(timeline.view().nextSequence());
    Timeline next = new Timeline(HlsSettings.DEFAULT, "other123", left, time::now, _ -> {});
    next.announced(true, false);
    next.track(VIDEO);
    for (int i = 0; i < 30 * 9; i++) {
      next.sample(picture(VIDEO, i * (long) FRAME, i % 60 == 0));
    }
    assertThat(Playlist.media(next.view()))
        .contains("#EXT-X-TARGETDURATION:8\n")
        .contains("#EXT-X-MEDIA-SEQUENCE:" + left.nextSequence() + "\n")
        .contains("#EXT-X-DISCONTINUITY-SEQUENCE:0\n#EXT-X-DISCONTINUITY\n");
    assertThat(next.continuation().discontinuitySequence()).isEqualTo(1);
  }

  @Test
  void a_segment_is_made_of_parts_no_longer_than_the_part_target() {
    tracks();
    pictures(30 * 3, 60);
    assertThat(timeline.view().held().getFirst().parts()).hasSize(4);
  }

  @Test
  void pictures_that_stall_while_sound_goes_on_do_not_stop_the_stream() {
    tracks();
    pictures(30 * 3, 60);
    for (int i = 0; i < 48 * 20; i++) {
      timeline.sample(new Sample(AUDIO, sound++ * 1024, 0, true, ByteBuffer.allocate(10)));
    }
    assertThat(lengths())
        .hasSizeGreaterThan(5)
        .allSatisfy(s -> assertThat(Math.round(s)).isLessThanOrEqualTo(2));
  }

  @Test
  void a_segment_under_way_is_bounded_in_bytes_and_in_samples() {
    Timeline fast =
        new Timeline(HlsSettings.DEFAULT, "abcd1234", Continuation.START, time::now, _ -> {});
    fast.announced(true, true);
    fast.track(VIDEO);
    fast.track(AUDIO);
    ByteBuffer large = ByteBuffer.allocate(1 << 20);
    long most = 0;
    for (int i = 0; i < 290; i++) { // less than 10 s, as the encoder tells it
      fast.sample(new Sample(VIDEO, i * (long) FRAME, 0, i == 0, large));
      fast.sample(new Sample(AUDIO, i * 1_600L, 0, true, ByteBuffer.allocate(10)));
      long open = fast.view().open().map(Segment::bytes).orElse(0L);
      most = Math.max(most, open);
    }
    assertThat(most).isLessThan(42L << 20);
    fast.close();

    Timeline crowded =
        new Timeline(HlsSettings.DEFAULT, "abcd1234", Continuation.START, time::now, _ -> {});
    crowded.announced(true, true);
    crowded.track(VIDEO);
    crowded.track(AUDIO);
    crowded.sample(picture(VIDEO, 0, true));
    ByteBuffer one = ByteBuffer.allocate(1);
    for (int i = 0; i < 450_000; i++) { // all within 10 s
      crowded.sample(new Sample(AUDIO, i, 0, true, one));
    }
    assertThat(crowded.view().held()).as("cut by count").isNotEmpty();
    crowded.close();
  }

  @Test
  void init_segments_that_nothing_needs_are_not_kept() {
    timeline.announced(true, false);
    for (int i = 0; i < 1_000; i++) {
      Track.Video other =
          new Track.Video(
              Codec.AVC, "avc1.64001f", 640, 360, new byte[] {1, (byte) i, (byte) (i >> 8)});
      timeline.track(other);
      timeline.sample(picture(other, i, true));
    }
    assertThat(timeline.view().inits()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void sound_does_not_wait_for_pictures_for_ever_and_they_may_come_late() {
    timeline.announced(true, true);
    timeline.track(VIDEO);
    timeline.track(AUDIO);
    for (int i = 0; i < 48 * 20; i++) {
      timeline.sample(new Sample(AUDIO, i * 1024L, 0, true, ByteBuffer.allocate(10)));
    }
    assertThat(timeline.view().tracks()).containsExactly(AUDIO);
    assertThat(timeline.view().isPlayable()).isTrue();
    for (int i = 0; i < 200; i++) {
      timeline.sample(picture(VIDEO, 90_000L * 21 + i * (long) FRAME, i % 60 == 0));
      timeline.sample(
          new Sample(AUDIO, 48_000L * 21 + i * 1_600L, 0, true, ByteBuffer.allocate(10)));
    }
    assertThat(timeline.view().tracks()).containsExactly(VIDEO, AUDIO);
  }

  @Test
  void memory_is_bounded_whatever_times_the_encoder_claims() {
    Timeline greedy =
        new Timeline(HlsSettings.DEFAULT, "abcd1234", Continuation.START, time::now, _ -> {});
    greedy.announced(true, true);
    greedy.track(VIDEO);
    greedy.track(AUDIO);
    ByteBuffer large = ByteBuffer.allocate(8 << 20);
    for (int i = 0; i < 40; i++) {
      greedy.sample(new Sample(VIDEO, i, 0, true, large));
      greedy.sample(new Sample(AUDIO, i, 0, true, ByteBuffer.allocate(10)));
    }
    long held = greedy.view().held().stream().mapToLong(Segment::bytes).sum();
    assertThat(held).as("30 s of 32 Mbit/s").isBetween(64L << 20, 120L << 20);
  }
}
