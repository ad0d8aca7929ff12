package com.wavlake.ingest.record;

import com.wavlake.ingest.hls.Playlist;
import com.wavlake.ingest.hls.Segment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The playlist of a recording, which grows by a block a segment, each written once its media is. A
 * process that dies leaves it right but for an unfinished block, which {@link #repair} cuts off.
 */
final class RecordingIndex {
  static final String FILE = "index.m3u8";

  private static final String HEAD = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:";
  private static final String EVENT = "#EXT-X-PLAYLIST-TYPE:EVENT\n";
  private static final String VOD = "#EXT-X-PLAYLIST-TYPE:VOD\n";
  private static final String END = "#EXT-X-ENDLIST\n";
  private static final Pattern RANGE =
      Pattern.compile("#EXT-X-BYTERANGE:(\\d{1,18})@(\\d{1,18})\\n(run-\\d{1,4}\\.mp4)\\n");

  private final Path file;

  RecordingIndex(Path directory) {
    this.file = directory.resolve(FILE);
  }

  boolean exists() {
    return Files.exists(file);
  }

  /** Whether it is one of ours, however little of it there is: others are left alone. */
  boolean isOurs() throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    String begin = text.substring(0, Math.min(text.length(), HEAD.length()));
    return HEAD.startsWith(begin);
  }

  /** Whether nothing will be added. */
  boolean isFinished() throws IOException {
    return Files.readString(file).endsWith(END);
  }

  void begin(int targetDuration) throws IOException {
    Path next = file.resolveSibling(FILE + ".next");
    Files.writeString(next, HEAD + targetDuration + "\n#EXT-X-MEDIA-SEQUENCE:0\n" + EVENT);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * One more segment.
   *
   * @param run the file's name
   * @param initBytes how long the init segment at its beginning is; 0 where it was named already
   * @param discontinuity whether it does not continue the segment before
   */
  void add(String run, long initBytes, boolean discontinuity, Segment segment, long at)
      throws IOException {
    StringBuilder block = new StringBuilder(200);
    if (discontinuity) {
      block.append("#EXT-X-DISCONTINUITY\n");
    }
    if (initBytes > 0) {
      block.append("#EXT-X-MAP:URI=\"").append(run).append("\",BYTERANGE=\"");
      block.append(initBytes).append("@0\"\n");
    }
    block.append("#EXT-X-PROGRAM-DATE-TIME:").append(Playlist.time(segment.programDateTime()));
    block.append("\n#EXTINF:").append(Playlist.decimals(segment.seconds(), 5)).append(",\n");
    block.append("#EXT-X-BYTERANGE:").append(segment.bytes()).append('@').append(at);
    block.append('\n').append(run).append('\n');
    long before = Files.size(file);
    try {
      Files.writeString(file, block, StandardOpenOption.APPEND);
    } catch (IOException e) {
      truncate(file, before); // half a block would spoil the one after it
      throw e;
    }
  }

  private static void truncate(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.size() > bytes) {
        channel.truncate(bytes);
      }
    }
  }

  /** Nothing will be added; a reader sees it before or after, never between. */
  void finish() throws IOException {
    String text = Files.readString(file);
    if (text.endsWith(END)) {
      return;
    }
    Path next = file.resolveSibling(FILE + ".next");
    Files.writeString(next, text.replace(EVENT, VOD) + END);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * After a crash: keeps the blocks whose media is on the disk, cuts off what no block names.
   *
   * @return whether there is anything to watch
   */
  boolean repair() throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1); // a byte is a character
    Matcher blocks = RANGE.matcher(text);
    int end = 0;
    Path lastRun = file;
    long lastByte = 0;
    while (blocks.find()) {
      Path run = file.resolveSibling(blocks.group(3));
      long until = Long.parseLong(blocks.group(1)) + Long.parseLong(blocks.group(2));
      if (!Files.exists(run) || Files.size(run) < until) {
        break;
      }
      end = blocks.end();
      lastRun = run;
      lastByte = until;
    }
    if (end == 0) {
      return false;
    }
    String rest = text.substring(end);
    if (!rest.equals(END)) {
      truncate(file, end);
    }
    truncate(lastRun, lastByte);
    return true;
  }
}
