package com.wavlake.ingest.record;

import static org.assertj.core.api.Assertions.assertThat;

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
    return Recordings.open(settings, time, over::contains);
  }

  @Test
  void what_a_crash_tore_is_cut_off_and_what_is_whole_stays() throws Exception {
    Path folder = recording("torn", HEAD + FIRST + SECOND + "#EXTINF:2.000", 180);
    recording("missing", HEAD + FIRST + SECOND, 120); // its second segment never reached the disk
    recording("nothing", HEAD, 10);
    recording("over", HEAD + FIRST + "#EXT-X-PROG", 100);
    try (Recordings recordings = open(Set.of("over"))) {
      assertThat(recordings.playlist("torn")).hasValue(HEAD + FIRST + SECOND);
      assertThat(Files.size(folder.resolve("run-0.mp4"))).isEqualTo(150);
      assertThat(recordings.playlist("missing")).hasValue(HEAD + FIRST);
      assertThat(recordings.has("nothing")).isFalse();
      assertThat(recordings.playlist("over").orElseThrow())
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
          recording("any", cut, 100 + random.below(60));
          try (Recordings recordings = open(Set.of())) {
            String left = recordings.playlist("any").orElse("");
            assertThat(left.isEmpty() || left.equals(HEAD + FIRST) || left.equals(whole))
                .as(left)
                .isTrue();
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
    try (Recordings recordings = open(Set.of())) {
      long before = recordings.usedBytes();
      recordings.sweep(id -> !id.equals("orphan"));
      assertThat(recordings.has("old")).isFalse();
      assertThat(Files.exists(old)).isFalse();
      assertThat(recordings.has("orphan")).isFalse();
      assertThat(recordings.has("young")).isTrue();
      assertThat(recordings.has("grows")).isTrue();
      assertThat(recordings.usedBytes()).isLessThan(before);
      assertThat(recordings.delete("grows")).as("it still grows").isFalse();
    }
  }
}
