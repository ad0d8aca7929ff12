package com.wavlake.ingest.picture;

import com.wavlake.ingest.time.Time;
import com.wavlake.live.net.Download;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.LiveException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures by URL: fetched once for all who ask, a few at a time and fewer of one host, and kept.
 * Who asks waits a moment alone: a browser has six connections to us, and needs them for the video.
 * Safe for use by many threads.
 */
final class RemotePictures {
  static final int MAX_FETCHES = 8;
  static final int MAX_OF_A_HOST = 2;
  static final int MAX_QUEUED = 200;
  static final Duration PATIENCE = Duration.ofMillis(900);

  private static final Logger log = LoggerFactory.getLogger(RemotePictures.class);
  private static final Pattern HOST =
      Pattern.compile("(?i)https?://(?:[^/?#\\\\]*@)?(\\[[^\\]]*]|[^/?#:\\\\]+)");

  /** Who waits for a slow one is not to take the place of all who ask for what is there. */
  private static final int MAX_WAITING = 100;

  private static final int MAX_URL = 2_048;
  private static final String ACCEPT = "image/webp,image/png,image/jpeg,image/gif";
  private static final Answer MISSING = new Answer.Missing();
  private static final Answer BUSY = new Answer.Busy();

  private final WebClient web;
  private final Time time;
  private final Duration patience;
  private final PictureCache cache = new PictureCache(PictureCache.MAX_BYTES);

  /** Those that are being fetched, and those that are to be. */
  private final Map<Wanted, CompletableFuture<Answer>> coming = new HashMap<>();

  private final Set<Wanted> queue = new LinkedHashSet<>();
  private final Map<String, Integer> fetching = new HashMap<>(); // by host
  private int waiting;

  /**
   * None yet.
   *
   * @param patience how long who asks waits at most
   */
  RemotePictures(WebClient web, Time time, Duration patience) {
    this.web = web;
    this.time = time;
    this.patience = patience;
  }

  Answer get(Wanted wanted) {
    Optional<String> host = host(wanted.url());
    if (host.isEmpty()) {
      return MISSING;
    }
    CompletableFuture<Answer> answer;
    synchronized (this) {
      Optional<Answer> known = cache.get(wanted, time.now());
      if (known.isPresent()) {
        return known.get();
      }
      if (!coming.containsKey(wanted)) {
        if (queue.size() >= MAX_QUEUED) {
          return BUSY;
        }
        queue.add(wanted);
      }
      answer = coming.computeIfAbsent(wanted, _ -> new CompletableFuture<>());
      startNext();
      if (waiting >= MAX_WAITING) {
        return BUSY;
      }
      waiting++;
    }
    return await(answer);
  }

  /** Whose turn it is, and no more: what the URL is good for is found out by who fetches it. */
  private static Optional<String> host(String url) {
    Matcher host = HOST.matcher(url);
    return url.length() <= MAX_URL && host.lookingAt()
        ? Optional.of(host.group(1).toLowerCase(Locale.ROOT))
        : Optional.empty();
  }

  /** Begins all that may begin now, in the order of asking. Guarded by this. */
  private void startNext() {
    Iterator<Wanted> next = queue.iterator();
    while (next.hasNext() && coming.size() - queue.size() < MAX_FETCHES) {
      Wanted wanted = next.next();
      String host = host(wanted.url()).orElseThrow();
      if (fetching.getOrDefault(host, 0) < MAX_OF_A_HOST) {
        next.remove();
        fetching.merge(host, 1, Integer::sum);
        Thread.ofVirtual().name("picture").start(() -> fetch(wanted, host));
      }
    }
  }

  private void fetch(Wanted wanted, String host) {
    Answer answer = MISSING;
    try {
      answer = fetch(wanted).<Answer>map(Answer.Found::new).orElse(MISSING);
    } catch (RuntimeException e) {
      log.error("a picture could not be fetched", e);
    } finally {
      done(wanted, host, answer);
    }
  }

  private void done(Wanted wanted, String host, Answer answer) {
    CompletableFuture<Answer> waited;
    synchronized (this) {
      waited = coming.remove(wanted);
      fetching.computeIfPresent(host, (_, count) -> count > 1 ? count - 1 : null);
      cache.put(wanted, answer, time.now());
      startNext();
    }
    if (waited != null) {
      waited.complete(answer);
    }
  }

  private Optional<Picture> fetch(Wanted wanted) {
    try {
      Download got = web.download(wanted.url(), ACCEPT, wanted.limits().bytes());
      return wanted.limits().check(got.bytes());
    } catch (LiveException e) {
      log.debug("a picture: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private Answer await(CompletableFuture<Answer> answer) {
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return BUSY;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return BUSY;
    } finally {
      synchronized (this) {
        waiting--;
      }
    }
  }
}
