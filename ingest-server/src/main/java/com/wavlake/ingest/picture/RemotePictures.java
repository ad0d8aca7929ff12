package com.wavlake.ingest.picture;

import com.wavlake.ingest.time.Time;
import com.wavlake.live.net.Download;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.LiveException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pictures by URL: fetched once for all who ask, a few at a time, and kept. Blocks. Safe for use by
 * many threads.
 */
final class RemotePictures {
  static final int MAX_FETCHES = 8;

  private static final Logger log = LoggerFactory.getLogger(RemotePictures.class);

  /** Who waits for a slow one is not to take the place of all who ask for what is there. */
  private static final int MAX_WAITING = 100;

  private static final int MAX_URL = 2_048;
  private static final long PATIENCE_SECONDS = 15;
  private static final String ACCEPT = "image/webp,image/png,image/jpeg,image/gif";
  private static final Answer MISSING = new Answer.Missing();
  private static final Answer BUSY = new Answer.Busy();

  private final WebClient web;
  private final Time time;
  private final PictureCache cache = new PictureCache(PictureCache.MAX_BYTES);
  private final Map<Wanted, CompletableFuture<Answer>> fetching = new HashMap<>();
  private int waiting;

  RemotePictures(WebClient web, Time time) {
    this.web = web;
    this.time = time;
  }

  Answer get(Wanted wanted) {
    if (wanted.url().length() > MAX_URL) {
      return MISSING;
    }
    CompletableFuture<Answer> mine = new CompletableFuture<>();
    Optional<CompletableFuture<Answer>> running;
    synchronized (this) {
      Optional<Answer> known = cache.get(wanted, time.now());
      if (known.isPresent()) {
        return known.get();
      }
      running = Optional.ofNullable(fetching.get(wanted));
      if (running.isPresent() ? waiting >= MAX_WAITING : fetching.size() >= MAX_FETCHES) {
        return BUSY;
      }
      if (running.isPresent()) {
        waiting++;
      } else {
        fetching.put(wanted, mine);
      }
    }
    return running.isPresent() ? await(running.get()) : fetch(wanted, mine);
  }

  private Answer fetch(Wanted wanted, CompletableFuture<Answer> running) {
    Answer answer = MISSING;
    try {
      answer = fetch(wanted).<Answer>map(Answer.Found::new).orElse(MISSING);
    } finally {
      synchronized (this) {
        fetching.remove(wanted);
        cache.put(wanted, answer, time.now());
      }
      running.complete(answer);
    }
    return answer;
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

  private Answer await(CompletableFuture<Answer> running) {
    try {
      return running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
