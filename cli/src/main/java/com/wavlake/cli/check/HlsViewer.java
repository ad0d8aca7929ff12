package com.wavlake.cli.check;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Somebody who watches: fetches what a player fetches, and looks at it. For one thread. */
final class HlsViewer {
  private static final Duration POLL = Duration.ofMillis(250);
  private static final int NOT_YET = 404;
  private static final int NOT_READY = 503;

  /** What a player sends from page to page: so that this viewer is told from others here. */
  private final Map<String, String> headers =
      Map.of("X-Playback-Session-Id", UUID.randomUUID().toString(), "User-Agent", "wlk-smoke");

  private final Web web;
  private final URI master;
  private URI playlist;

  HlsViewer(Web web, URI master) {
    this.web = web;
    this.master = master;
    this.playlist = master;
  }

  /** Asks until there is something to play. */
  void awaitPlayable() throws IOException, InterruptedException {
    while (true) {
      Web.Answer answer = web.get(master, headers);
      if (answer.status() != NOT_YET && answer.status() != NOT_READY) {
        var _ = answer.requireOk();
        return;
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  /** Fetches all that a player needs to show a picture, and says what that is. */
  String firstFrame() throws IOException, InterruptedException {
    MediaPlaylist list = open();
    String init = list.map().isPresent() ? MediaBytes.init(fetch(list.map().get())) + ", " : "";
    if (list.media().isEmpty()) {
      throw new LiveException(Category.NOT_FOUND, "the playlist lists nothing to play");
    }
    String segment = MediaBytes.segment(fetch(list.media().getLast()));
    if (list.map().isEmpty() && segment.startsWith("fMP4")) {
      throw new LiveException(Category.INVALID, "fMP4 without EXT-X-MAP: no player can begin");
    }
    return init + segment;
  }

  private MediaPlaylist open() throws IOException, InterruptedException {
    Web.Answer answer = web.get(master, headers).requireOk();
    String text = answer.text();
    playlist = answer.uri();
    if (!MediaPlaylist.isMultivariant(text)) {
      return MediaPlaylist.parse(text);
    }
    playlist = playlist.resolve(Web.uri(MediaPlaylist.firstVariant(text)));
    return reload();
  }

  /** The media playlist as it is now. */
  MediaPlaylist reload() throws IOException, InterruptedException {
    return MediaPlaylist.parse(web.get(playlist, headers).requireOk().text());
  }

  /** Says that it watches, to a provider that counts by that; others refuse it, and may. */
  void beacon() throws IOException, InterruptedException {
    var _ = web.post(playlist.resolve("beacon"), "", headers);
  }

  private byte[] fetch(String uri) throws IOException, InterruptedException {
    return web.get(playlist.resolve(Web.uri(uri)), headers).requireOk().body();
  }

  /**
   * Watches for this long, and until a new segment has come.
   *
   * @param stalled how long nothing new may come
   * @return how many segments came
   */
  long watch(Duration duration, Duration stalled) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long first = reload().newest();
    long newest = first;
    long newestAt = start;
    while (Millis.since(start) < duration.toMillis() || newest == first) {
      if (Millis.since(newestAt) > stalled.toMillis()) {
        throw new LiveException(
            Category.TIMED_OUT, "no new segment for " + Millis.words(stalled.toMillis()));
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
      long now = reload().newest();
      if (now > newest) {
        newest = now;
        newestAt = System.nanoTime();
      }
    }
    return newest - first;
  }

  /**
   * How far a player is behind what the encoder pushes: the age of the newest media in the playlist
   * by EXT-X-PROGRAM-DATE-TIME, and the hold-back that the playlist asks of players. The encoder's
   * and the decoder's own time come on top.
   */
  Done<Duration> behind() throws IOException, InterruptedException {
    MediaPlaylist list = reload();
    Instant end =
        list.end()
            .orElseThrow(
                () -> new NotOffered("the playlist has no EXT-X-PROGRAM-DATE-TIME to measure by"));
    Duration age = Duration.between(end, Instant.now());
    if (age.isNegative()) {
      age = Duration.ZERO; // its clock is a little ahead of ours
    }
    Duration behind = age.plus(list.holdBack());
    String words =
        Millis.words(age.toMillis())
            + " to the playlist, "
            + Millis.words(list.holdBack().toMillis())
            + " held back by players";
    return Done.of(behind, words).measured(behind);
  }
}
