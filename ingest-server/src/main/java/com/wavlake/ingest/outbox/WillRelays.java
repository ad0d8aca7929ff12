package com.wavlake.ingest.outbox;

import com.wavlake.ingest.time.Time;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Which relays a will could be brought to, as far as that can be told beforehand: who deposits one
 * is to know. Looked up at most every ten minutes a relay. Safe for use by many threads.
 */
public final class WillRelays {
  private static final int MAX_KNOWN = 1_000;
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final int AT_ONCE = 16;
  private static final long PATIENCE_MILLIS = 3_000;
  private static final Executor ASKING = task -> Thread.ofVirtual().name("relay-info").start(task);

  private final Function<String, Optional<String>> look;
  private final Time time;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private final Map<String, Known> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MAX_KNOWN;
        }
      };

  private record Known(CompletableFuture<Optional<String>> problem, Instant at) {}

  /**
   * Nothing known yet.
   *
   * @param look says why a relay cannot be used; may block
   */
  public WillRelays(Function<String, Optional<String>> look, Time time) {
    this.look = look;
    this.time = time;
  }

  /**
   * Why each cannot be used, "" where it can; one that is still being asked after three seconds
   * counts as such.
   */
  public Map<String, String> problems(List<String> urls) {
    Map<String, CompletableFuture<Optional<String>>> asked = new LinkedHashMap<>();
    urls.forEach(url -> asked.put(url, ask(url)));
    try {
      var _ =
          CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
              .completeOnTimeout(null, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
              .handle((_, _) -> true)
              .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e); // handled above
    }
    Map<String, String> problems = new LinkedHashMap<>();
    asked.forEach((url, answer) ->
        problems.put(
            url,
            answer.isCompletedExceptionally() ? "" : answer.getNow(Optional.empty()).orElse("")));
    return problems;
  }

  private Optional<String> one(String url) {
    if (!places.tryAcquire()) {
      forget(url);
      return Optional.empty(); // not known then; it is tried at the release all the same
    }
    try {
      return look.apply(url);
    } finally {
      places.release();
    }
  }

  private synchronized void forget(String url) {
    known.remove(origin(url));
  }

  /** By where it is, not by what is asked there. */
  private static String origin(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getScheme() + "://" + uri.getRawAuthority();
    } catch (IllegalArgumentException e) {
      return url;
    }
  }

  private synchronized CompletableFuture<Optional<String>> ask(String url) {
    String origin = origin(url);
    Known before = known.get(origin);
    Instant now = time.now();
    if (before != null && before.at().plus(FRESH).isAfter(now)) {
      return before.problem();
    }
    CompletableFuture<Optional<String>> answer =
        CompletableFuture.supplyAsync(() -> one(url), ASKING);
    known.put(origin, new Known(answer, now));
    return answer;
  }
}
