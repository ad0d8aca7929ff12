package com.wavlake.live.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.LiveException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Everything that relays have stored for a filter, however many it is: each relay is asked page by
 * page, backwards by {@code until}, since each gives as many at a time as it likes. Every event is
 * verified.
 */
public final class StoredEvents {
  /** How many are asked for at a time; a relay may give fewer. */
  public static final int PAGE = 500;

  /** A relay that gives many more than it was asked for is stopped here. */
  static final int MOST_A_PAGE = 2 * PAGE;

  /** From so many on, a page of one second alone may have had more behind it. */
  private static final int CROWDED = 50;

  private final Filter filter;
  private final Duration pageTimeout;
  private final int most;
  private final Consumer<Event> each;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<EventId> told = new HashSet<>();

  private StoredEvents(Filter filter, Duration pageTimeout, int most, Consumer<Event> each) {
    this.filter = filter;
    this.pageTimeout = pageTimeout;
    this.most = most;
    this.each = each;
  }

  /**
   * What one relay had.
   *
   * @param relay its URL
   * @param events how many of them
   * @param problem why there may be more of them; empty when it told everything
   */
  public record Answer(String relay, int events, String problem) {
    /** Whether it told everything. */
    public boolean complete() {
      return problem.isEmpty();
    }
  }

  private record Page(List<Event> events, String problem) {}

  /**
   * Reads until every relay has told everything, all relays at a time.
   *
   * @param filter its limit is not heeded, its bounds in time are
   * @param pageTimeout how long a relay may take for the connection and a page of it
   * @param most how many different events are read at most; the rest is given up with words
   * @param each told of each event once, the newest of a relay first; never two calls at a time
   * @return one answer a relay, in the order of the pool's
   */
  public static List<Answer> read(
      RelayPool relays, Filter filter, Duration pageTimeout, int most, Consumer<Event> each) {
    StoredEvents reading = new StoredEvents(filter, pageTimeout, most, each);
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (RelayConnection relay : relays.connections()) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      answers.add(answer);
      Thread.ofVirtual()
          .name("stored-events")
          .start(() -> {
            try {
              answer.complete(reading.readAll(relay));
            } catch (RuntimeException e) { // the others go on, and the caller learns of it
              answer.completeExceptionally(e);
            }
          });
    }
    return answers.stream().map(CompletableFuture::join).toList();
  }

  private Answer readAll(RelayConnection relay) {
    Set<EventId> here = new HashSet<>();
    OptionalLong until = filter.until();
    String incomplete = "";
    while (true) {
      Filter page = filter.limit(PAGE);
      Page answer = page(relay, until.isPresent() ? page.until(until.getAsLong()) : page);
      boolean anyNew = false;
      for (Event event : answer.events()) {
        anyNew |= here.add(event.id());
        if (!tell(event)) {
          return new Answer(relay.url(), here.size(), "more than " + most + " events");
        }
      }
      if (!answer.problem().isEmpty()) {
        return new Answer(relay.url(), here.size(), answer.problem());
      }
      if (answer.events().isEmpty()) {
        return new Answer(relay.url(), here.size(), incomplete);
      }
      long oldest = answer.events().stream().mapToLong(Event::createdAt).min().orElseThrow();
      long newest = answer.events().stream().mapToLong(Event::createdAt).max().orElseThrow();
      if (oldest == newest && !anyNew && answer.events().size() >= CROWDED) {
        incomplete = "there may be more than it gives at a time of second " + oldest;
      }
      if (oldest == 0 && !anyNew) {
        return new Answer(relay.url(), here.size(), incomplete);
      }
      until = OptionalLong.of(anyNew ? oldest : oldest - 1); // the oldest second may go on
    }
  }

  /** False when that would be too many. */
  private boolean tell(Event event) {
    lock.lock();
    try {
      if (told.contains(event.id())) {
        return true;
      }
      if (told.size() >= most) {
        return false;
      }
      told.add(event.id());
      each.accept(event);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Page page(RelayConnection relay, Filter filter) {
    List<Event> found = new ArrayList<>();
    CountDownLatch through = new CountDownLatch(1);
    CompletableFuture<String> refusal = new CompletableFuture<>();
    SubscriptionListener collector =
        new SubscriptionListener() {
          @Override
          public void onEvent(Event event) {
            if (through.getCount() > 0) { // what comes behind the stored ones is not of this page
              if (found.size() == MOST_A_PAGE) {
                refusal.complete("gives more than " + MOST_A_PAGE + " events at a time");
                through.countDown();
              } else {
                found.add(event);
              }
            }
          }

          @Override
          public void onEndOfStored(String url) {
            through.countDown();
          }

          @Override
          public void onClosed(String url, String reason) {
            refusal.complete(reason.isEmpty() ? "refused" : reason);
            through.countDown();
          }
        };
    try (Subscription unused = relay.subscribe(List.of(filter), collector)) {
      if (!through.await(pageTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        String why =
            relay.state() == RelayState.CONNECTED ? "no answer in time" : relay.lastProblem();
        return new Page(List.of(), why.isEmpty() ? "no connection in time" : why);
      }
    } catch (LiveException closed) {
      return new Page(List.of(), closed.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Page(List.of(), "interrupted");
    }
    return new Page(List.copyOf(found), refusal.getNow(""));
  }
}
