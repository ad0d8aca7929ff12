package com.wavlake.cli.provider;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.relay.PublishOutcome;
import com.wavlake.live.relay.RelayConnection;
import com.wavlake.live.relay.RelayInfo;
import com.wavlake.live.relay.RelaySettings;
import com.wavlake.live.relay.RelayState;
import com.wavlake.live.relay.Subscription;
import com.wavlake.live.relay.SubscriptionListener;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Tries a relay, step by step. Whatever goes wrong is in the report.
 *
 * @param signer of the event that is written, and of authentication where it is demanded
 * @param mustWrite whether a refused event is a failure of the relay with that URL
 * @param timeout for each step
 */
record RelayProbe(Signer signer, Predicate<String> mustWrite, Duration timeout) {
  /** Ephemeral: passed on to whoever asked for it, which is nobody, and not stored. */
  private static final int TEST_KIND = 20_311;

  /** How a step went. */
  enum Outcome {
    PASS,
    NOTE,
    FAIL
  }

  /**
   * One thing that was tried.
   *
   * @param millis how long it took; -1 where that says nothing
   */
  record Step(String name, Outcome outcome, long millis, String detail) {}

  /** All that is known of a relay. */
  record Report(String url, Optional<RelayInfo> info, List<Step> steps) {
    boolean isFailed() {
      return steps.stream().anyMatch(step -> step.outcome() == Outcome.FAIL);
    }
  }

  Report of(String url) {
    List<Step> steps = new ArrayList<>();
    Optional<RelayInfo> info = Optional.empty();
    RelaySettings settings = RelaySettings.DEFAULT.authenticateAs(signer);
    long start = System.nanoTime();
    try (RelayConnection relay = RelayConnection.open(url, settings)) {
      steps.add(connected(relay, start));
      if (steps.getFirst().outcome() == Outcome.PASS) {
        info = information(url, steps);
        steps.add(read(relay));
        steps.add(write(relay));
      }
    }
    return new Report(url, info, steps);
  }

  private Step connected(RelayConnection relay, long start) {
    CompletableFuture<RelayState> settled = new CompletableFuture<>();
    relay.onState(state -> settle(settled, state));
    settle(settled, relay.state());
    RelayState state =
        settled
            .completeOnTimeout(RelayState.CONNECTING, timeout.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    return switch (state) {
      case CONNECTED -> new Step("connect", Outcome.PASS, millisSince(start), "");
      case CONNECTING -> new Step("connect", Outcome.FAIL, -1, silence());
      default -> new Step("connect", Outcome.FAIL, -1, relay.lastProblem());
    };
  }

  private static void settle(CompletableFuture<RelayState> settled, RelayState state) {
    if (state != RelayState.CONNECTING) {
      settled.complete(state);
    }
  }

  private static Optional<RelayInfo> information(String url, List<Step> steps) {
    try {
      RelayInfo info = RelayInfo.of(url);
      steps.add(new Step("information", Outcome.PASS, -1, words(info)));
      return Optional.of(info);
    } catch (LiveException e) {
      steps.add(new Step("information", Outcome.NOTE, -1, "none: " + e.getMessage()));
      return Optional.empty();
    }
  }

  private static String words(RelayInfo info) {
    List<String> words = new ArrayList<>();
    if (info.paymentRequired()) {
      words.add("payment required");
    }
    if (info.authRequired()) {
      words.add("authentication required");
    }
    info.minPowBits().ifPresent(bits -> words.add(bits + " bits of work"));
    info.maxMessageBytes().ifPresent(bytes -> words.add("messages to " + bytes + " bytes"));
    info.maxSubscriptions().ifPresent(count -> words.add(count + " subscriptions"));
    info.maxLimit().ifPresent(limit -> words.add("limit " + limit));
    if (!info.nips().isEmpty()) {
      words.add(
          "NIPs " + info.nips().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }
    return String.join(", ", words);
  }

  private Step read(RelayConnection relay) {
    long start = System.nanoTime();
    CompletableFuture<String> end = new CompletableFuture<>();
    SubscriptionListener listener =
        new SubscriptionListener() {
          @Override
          public void onEvent(Event event) {
            // that the relay is through with them is what counts
          }

          @Override
          public void onEndOfStored(String url) {
            end.complete("");
          }

          @Override
          public void onClosed(String url, String reason) {
            end.complete("refused: " + reason);
          }
        };
    try (Subscription _ =
        relay.subscribe(List.of(Filter.kinds(Kind.LIVE_STREAM).limit(1)), listener)) {
      String problem =
          end.completeOnTimeout(silence(), timeout.toMillis(), TimeUnit.MILLISECONDS).join();
      return problem.isEmpty()
          ? new Step("read", Outcome.PASS, millisSince(start), "")
          : new Step("read", Outcome.FAIL, -1, problem);
    }
  }

  private Step write(RelayConnection relay) {
    long start = System.nanoTime();
    Event event =
        signer.sign(EventTemplate.of(Instant.now(), TEST_KIND, List.of(), "a test of wlk"));
    PublishOutcome outcome = relay.publish(event, timeout).join();
    return switch (outcome.status()) {
      case ACCEPTED -> new Step("write", Outcome.PASS, millisSince(start), "");
      case REJECTED ->
          new Step(
              "write",
              mustWrite.test(relay.url()) ? Outcome.FAIL : Outcome.NOTE,
              -1,
              "refused: " + outcome.reason());
      case TIMED_OUT, UNREACHABLE -> new Step("write", Outcome.FAIL, -1, outcome.reason());
    };
  }

  private String silence() {
    return "no answer within " + timeout.toSeconds() + " s";
  }

  private static long millisSince(long start) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }
}
