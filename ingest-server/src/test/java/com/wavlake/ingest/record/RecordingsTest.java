package com.wavlake.ingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.wavlake.ingest.Generator;
import com.wavlake.ingest.time.FakeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordingsTest {
  private static final String HEAD =
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:EVENT\n";
  private static final String FIRST =
      "#EXT-X-MAP:URI=\"run-0.mp4\",BYTERANGE=\"10@0\"\n#EXTINF:2.00000,\n#EXT-X-BYTERANGE:90@10\nrun-0.mp4\n";
  private static final String SECOND = "#EXTINF:2.00000,\n#EXT-X-BYTERANGE:50@100\nrun-0.mp4\n";

  @TempDir Path directory;
  private final FakeTime time = new FakeTime();

  private Path recording(String id, String index, int bytes) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(id));
    Files.writeString(folder.resolve("index.m3u8"), index);
    Files.write(folder.resolve("run-0.mp4"), new byte[bytes]);
    return folder;
  }

  private Recordings open(Set<String> over) throws IOException {
    RecordingSettings settings = new RecordingSettings(directory, 1L << 30, 0, Duration.ofDays(7));
    Streams streams =
        new Streams() {
          @Override
          public boolean exists(String id) {
            return !id.equals("orphan");
          }

          @Override
          public boolean isOver(String id) {
            return over.contains(id);
          }
        };
    return Recordings.open(settings, time, streams);
  }

  private static String text(Recordings recordings, String id) throws IOException {
    return Files.readString(recordings.playlist(id).orElseThrow());
  }

  @Test
  void what_a_crash_tore_is_cut_off_and_what_is_whole_stays() throws Exception {
    Path folder = recording("torn", HEAD + FIRST + SECOND + "#EXTINF:2.000", 180);
    recording("missing", HEAD + FIRST + SECOND, 120); // its second segment never reached the disk
    recording("nothing", HEAD, 10);
    recording("over", HEAD + FIRST + "#EXT-X-PROG", 100);
    try (Recordings recordings = open(Set.of("over"))) {
      assertThat(text(recordings, "torn")).isEqualTo(HEAD + FIRST + SECOND);
      assertThat(Files.size(folder.resolve("run-0.mp4"))).isEqualTo(150);
      assertThat(text(recordings, "missing")).isEqualTo(HEAD + FIRST);
      assertThat(recordings.has("nothing")).isFalse();
      assertThat(text(recordings, "over"))
          .endsWith("run-0.mp4\n#EXT-X-ENDLIST\n")
          .contains("TYPE:VOD");
      assertThat(recordings.file("torn", "../over/run-0.mp4")).isEmpty();
      assertThat(recordings.file("../torn", "run-0.mp4")).isEmpty();
      assertThat(recordings.file("torn", "run-0.mp4")).isPresent();
    }
  }

  @Test
  void whatever_the_index_was_cut_at_it_is_right_again() throws Exception {
    String whole = HEAD + FIRST + SECOND;
    Generator.forAll(
        100,
        random -> {
          String cut = whole.substring(0, random.below(whole.length() + 1));
          int bytes = 100 + random.below(60);
          recording("any", cut, bytes);
          try (Recordings recordings = open(Set.of())) {
            int first = HEAD.length() + FIRST.length();
            String left = recordings.has("any") ? text(recordings, "any") : "";
            boolean second = cut.length() == whole.length() && bytes >= 150;
            assertThat(left).isEqualTo(second ? whole : cut.length() >= first ? HEAD + FIRST : "");
          }
        });
  }

  @Test
  void old_ones_and_orphans_are_deleted_and_what_grows_is_not() throws Exception {
    Path old = recording("old", HEAD + FIRST + "#EXT-X-ENDLIST\n", 100);
    recording("young", HEAD + FIRST + "#EXT-X-ENDLIST\n", 100);
    recording("orphan", HEAD + FIRST + "#EXT-X-ENDLIST\n", 100);
    recording("grows", HEAD + FIRST, 100);
    for (String id : Set.of("young", "orphan", "grows")) {
      Files.setLastModifiedTime(
          directory.resolve(id).resolve("index.m3u8"), FileTime.from(time.now()));
    }
    Files.setLastModifiedTime(
        old.resolve("index.m3u8"), FileTime.from(time.now().minus(Duration.ofDays(8))));
    Path strange = Files.createDirectories(directory.resolve("strange"));
    Files.writeString(strange.resolve("index.m3u8"), "#EXTM3U\nsomebody-elses.ts\n");
    try (Recordings recordings = open(Set.of("old", "young", "orphan"))) {
      long before = recordings.usedBytes();
      recordings.sweep();
      await().until(() -> !recordings.has("old") && !recordings.has("orphan"));
      assertThat(Files.exists(strange.resolve("index.m3u8"))).as("none of ours").isTrue();
      assertThat(Files.exists(old)).isFalse();
      assertThat(recordings.has("young")).isTrue();
      assertThat(recordings.has("grows")).isTrue();
      await().until(() -> recordings.usedBytes() < before);
    }
  }
}
