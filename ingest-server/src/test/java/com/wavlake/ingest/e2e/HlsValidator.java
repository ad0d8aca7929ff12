package com.wavlake.ingest.e2e;

import com.wavlake.ingest.e2e.MediaPlaylist.Entry;
import com.wavlake.ingest.e2e.MediaPlaylist.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows a stream as a low-latency player does, from its first playlist to ENDLIST, and notes
 * everything that RFC 8216bis does not allow: within a playlist, between one and the next, and in
 * the media. {@link #problems} is empty when all is well.
 */
final class HlsValidator {
  private static final double TWO_SOUNDS = 0.045;

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI master;
  private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
  private final Thread thread;
  private final Map<String, byte[]> fetched = new HashMap<>();
  private final Map<Long, Entry> seen = new LinkedHashMap<>();
  private final Map<Integer, Long> decodeTimes = new HashMap<>();
  private String map = "";
  private int playlists;
  private int segments;
  private int parts;
  private int deltas;
  private double seconds;

  private HlsValidator(String masterUrl) {
    this.master = URI.create(masterUrl);
    this.thread = Thread.ofPlatform().daemon().name("validator").unstarted(this::run);
  }

  /** Begins to follow. */
  static HlsValidator follow(String masterUrl) {
    HlsValidator validator = new HlsValidator(masterUrl);
    validator.thread.start();
    return validator;
  }

  /** What was wrong, once the stream has ended. */
  List<String> problems(Duration wait) throws InterruptedException {
    thread.join(wait.toMillis());
    if (thread.isAlive()) {
      problems.add("no ENDLIST after " + wait);
    }
    return List.copyOf(problems);
  }

  int segments() {
    return segments;
  }

  int parts() {
    return parts;
  }

  int deltas() {
    return deltas;
  }

  double seconds() {
    return seconds;
  }

  @Override
  public String toString() {
    return playlists + " playlists, " + segments + " segments, " + parts + " parts";
  }

  private void run() {
    try {
      URI media = mediaUri();
      MediaPlaylist before = MediaPlaylist.parse(text(media));
      check(before);
      fetch(media, before);
      while (!before.ended() && problems.size() < 20) {
        MediaPlaylist now = next(media, before);
        check(now);
        compare(before, now);
        fetch(media, now);
        before = now;
      }
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      problems.add(e.toString());
    }
  }

  private URI mediaUri() throws IOException, InterruptedException {
    Instant patience = Instant.now().plusSeconds(30);
    HttpResponse<byte[]> answer = get(master);
    while (answer.statusCode() == 404 && Instant.now().isBefore(patience)) {
      Thread.sleep(50);
      answer = get(master);
    }
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    require(text.contains("BANDWIDTH=") && text.contains("CODECS=\""), "master: " + text);
    return master.resolve(
        text.lines().filter(line -> !line.startsWith("#")).findFirst().orElseThrow());
  }

  /** The next playlist: asked for with directives where they are offered. */
  private MediaPlaylist next(URI media, MediaPlaylist before)
      throws IOException, InterruptedException {
    if (!before.serverControl().contains("CAN-BLOCK-RELOAD=YES")) {
      Thread.sleep(300);
      return MediaPlaylist.parse(text(media));
    }
    long open = before.mediaSequence() + before.skipped() + before.segments().size();
    String query = "?_HLS_msn=" + open + "&_HLS_part=" + before.trailing().size();
    boolean skip = before.serverControl().contains("CAN-SKIP-UNTIL") && playlists % 2 == 1;
    String text = text(URI.create(media + query + (skip ? "&_HLS_skip=YES" : "")));
    MediaPlaylist now = MediaPlaylist.parse(text);
    if (!now.ended()) {
      long reached = now.mediaSequence() + now.skipped() + now.segments().size();
      boolean waited =
          reached > open || (reached == open && now.trailing().size() > before.trailing().size());
      require(waited || text.equals(before.text()), "a reload came back too early:\n" + text);
    }
    return now;
  }

  private void check(MediaPlaylist p) {
    playlists++;
    boolean lowLatency = p.partTarget() > 0;
    require(p.targetDuration() >= 1, "no EXT-X-TARGETDURATION");
    double untilEnd = p.segments().stream().mapToDouble(Entry::seconds).sum();
    String before = "";
    for (Entry segment : p.segments()) {
      untilEnd -= segment.seconds();
      require(
          Math.round(segment.seconds()) <= p.targetDuration(),
          "EXTINF " + segment.seconds() + " over TARGETDURATION " + p.targetDuration());
      require(p.skipped() > 0 || !segment.map().isEmpty(), "no EXT-X-MAP before " + segment.uri());
      require(
          segment.map().equals(before) || before.isEmpty() || segment.discontinuity(),
          "another EXT-X-MAP without discontinuity at " + segment.uri());
      before = segment.map();
      require(!segment.programDateTime().isEmpty(), "no PROGRAM-DATE-TIME");
      if (untilEnd > 3 * p.targetDuration() + 0.01) {
        require(segment.parts().isEmpty(), "parts of an old segment listed: " + segment.uri());
      }
      if (!segment.parts().isEmpty()) {
        checkParts(p, segment.parts(), true);
        double sum = segment.parts().stream().mapToDouble(Part::seconds).sum();
        require(
            Math.abs(sum - segment.seconds()) < TWO_SOUNDS,
            "parts of " + sum + " s in a segment of " + segment.seconds());
      }
    }
    checkParts(p, p.trailing(), false);
    if (lowLatency) {
      require(p.serverControl().contains("PART-HOLD-BACK="), "no PART-HOLD-BACK");
      require(p.hints().size() == (p.ended() ? 0 : 1), p.hints().size() + " PRELOAD-HINTs");
      boolean skips = p.serverControl().contains("CAN-SKIP-UNTIL");
      require(p.version() >= (skips ? 9 : 6), "version " + p.version());
    } else {
      require(p.hints().isEmpty() && p.trailing().isEmpty(), "parts without PART-INF");
    }
  }

  private void checkParts(MediaPlaylist p, List<Part> list, boolean whole) {
    for (int i = 0; i < list.size(); i++) {
      Part part = list.get(i);
      require(part.seconds() <= p.partTarget() + 1e-9, "part over PART-TARGET: " + part);
      boolean last = whole && i == list.size() - 1;
      boolean open = !whole && i == list.size() - 1; // it may turn out to be the last
      boolean beforeIndependent = i + 1 < list.size() && list.get(i + 1).independent();
      require(
          part.seconds() >= 0.85 * p.partTarget() || last || open || beforeIndependent,
          "part under 85 % of PART-TARGET: " + part);
    }
  }

  private void compare(MediaPlaylist before, MediaPlaylist now) {
    require(before.targetDuration() == now.targetDuration(), "TARGETDURATION changed");
    require(before.partTarget() == now.partTarget(), "PART-TARGET changed");
    require(before.serverControl().equals(now.serverControl()), "SERVER-CONTROL changed");
    require(before.version() == now.version(), "VERSION changed");
    require(now.mediaSequence() >= before.mediaSequence(), "MEDIA-SEQUENCE went back");
    deltas += now.skipped() > 0 ? 1 : 0;
    long gone =
        seen.values().stream()
            .filter(e -> e.sequence() >= before.mediaSequence())
            .filter(e -> e.sequence() < now.mediaSequence() && e.discontinuity())
            .count();
    require(
        now.discontinuitySequence() == before.discontinuitySequence() + gone,
        "DISCONTINUITY-SEQUENCE "
            + before.discontinuitySequence()
            + " -> "
            + now.discontinuitySequence()
            + " with "
            + gone
            + " tags gone");
    for (Entry segment : now.segments()) {
      Entry same = seen.get(segment.sequence());
      require(
          same == null
              || (same.uri().equals(segment.uri())
                  && same.seconds() == segment.seconds()
                  && same.discontinuity() == segment.discontinuity()
                  && same.programDateTime().equals(segment.programDateTime())),
          "a segment changed: " + same + " -> " + segment);
    }
  }

  private void fetch(URI media, MediaPlaylist playlist) throws IOException, InterruptedException {
    if (!playlist.trailing().isEmpty()) {
      fetchParts(media, playlist.trailing());
    }
    for (Entry segment : playlist.segments()) {
      if (seen.putIfAbsent(segment.sequence(), segment) == null) {
        segments++;
        seconds += segment.seconds();
        if (segment.discontinuity()) {
          decodeTimes.clear();
        }
        map = segment.map().isEmpty() ? map : segment.map(); // a delta update does not repeat it
        bytes(media, map);
        byte[] whole = bytes(media, segment.uri());
        follow(segment, whole);
        if (!segment.parts().isEmpty()) {
          fetchParts(media, segment.parts());
          ByteArrayOutputStream joined = new ByteArrayOutputStream();
          for (Part part : segment.parts()) {
            joined.write(bytes(media, part.uri()));
          }
          require(
              Arrays.equals(joined.toByteArray(), whole),
              "the parts of " + segment.uri() + " are not its bytes");
        }
      }
    }
  }

  private void fetchParts(URI media, List<Part> list) throws IOException, InterruptedException {
    for (Part part : list) {
      boolean first = !fetched.containsKey(part.uri());
      byte[] bytes = bytes(media, part.uri());
      if (first) {
        parts++;
        List<Fragments.Run> runs = Fragments.of(bytes);
        require(!runs.isEmpty(), "a part without samples: " + part.uri());
        boolean sync = runs.getFirst().track() == 1 && runs.getFirst().beginsWithSync();
        require(sync == part.independent(), "INDEPENDENT is wrong: " + part);
      }
    }
  }

  /** Decoding times go on from segment to segment. */
  private void follow(Entry segment, byte[] whole) {
    for (Fragments.Run run : Fragments.of(whole)) {
      Long expected = decodeTimes.put(run.track(), run.decodeTime() + run.duration());
      require(
          expected == null || Math.abs(expected - run.decodeTime()) <= 9_000,
          "track "
              + run.track()
              + " goes on at "
              + run.decodeTime()
              + " instead of "
              + expected
              + " in "
              + segment.uri());
    }
  }

  private byte[] bytes(URI media, String uri) throws IOException, InterruptedException {
    byte[] known = fetched.get(uri);
    if (known != null) {
      return known;
    }
    HttpResponse<byte[]> answer = get(media.resolve(uri));
    require(answer.statusCode() == 200, uri + " answers " + answer.statusCode());
    String type = answer.headers().firstValue("Content-Type").orElse("");
    require(type.equals("video/mp4") || type.equals("audio/mp4"), uri + " is " + type);
    require(
        answer.headers().firstValue("Cache-Control").orElse("").contains("immutable"),
        uri + " is not for caches");
    fetched.put(uri, answer.body());
    return answer.body();
  }

  private String text(URI uri) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer = get(uri);
    require(answer.statusCode() == 200, uri + " answers " + answer.statusCode());
    require(
        answer
            .headers()
            .firstValue("Content-Type")
            .orElse("")
            .equals("application/vnd.apple.mpegurl"),
        "a playlist's Content-Type");
    require(
        answer.headers().firstValue("Access-Control-Allow-Origin").orElse("").equals("*"),
        "a playlist without CORS");
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> get(URI uri) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(40)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private void require(boolean right, String problem) {
    if (!right) {
      problems.add(problem);
    }
  }
}
