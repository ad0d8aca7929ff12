package com.wavlake.cli.check;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.relay.RelayConnection;
import com.wavlake.live.relay.RelayInfo;
import com.wavlake.live.relay.Subscription;
import com.wavlake.live.relay.SubscriptionListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** One relay: connects, asks it something, and reads what it says of itself. */
final class RelayCheck {
  private RelayCheck() {}

  static Check of(String url) {
    return new Check("relay", "wlk provider info", () -> look(url));
  }

  private static Finding look(String url) throws Exception {
    if (!RelayConnection.isRelayUrl(url)) {
      return Finding.fail("relay", url + ": expected ws:// or wss://", "wlk provider info");
    }
    CompletableFuture<String> answer = new CompletableFuture<>();
    SubscriptionListener listener =
        new SubscriptionListener() {
          @Override
          public void onEvent(Event event) {}

          @Override
          public void onEndOfStored(String relay) {
            answer.complete("");
          }

          @Override
          public void onClosed(String relay, String reason) {
            answer.complete(reason.isEmpty() ? "refused" : reason);
          }
        };
    long start = System.nanoTime();
    try (RelayConnection relay = RelayConnection.open(url)) {
      relay.onState(state -> {
        switch (state) {
          case FAILED, LOST ->
              answer.completeExceptionally(
                  new LiveException(Category.UNREACHABLE, url + ": " + relay.lastProblem()));
          default -> {}
        }
      });
      try (Subscription _ =
          relay.subscribe(List.of(Filter.kinds(Kind.LIVE_STREAM).limit(1)), listener)) {
        String refusal = answer.get();
        String time = ", first answer after " + Millis.words(Millis.since(start));
        return judge(url, refusal, url + time, info(url));
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof LiveException problem ? problem : e;
    }
  }

  private static Optional<RelayInfo> info(String url) {
    try {
      return Optional.of(RelayInfo.of(url));
    } catch (LiveException e) {
      return Optional.empty(); // NIP-11 is optional
    }
  }

  private static Finding judge(String url, String refusal, String words, Optional<RelayInfo> info) {
    String hint = "another one beside it: --relay wss://…";
    if (!refusal.isEmpty()) {
      return Finding.warn("relay", url + " does not tell strangers anything: " + refusal, hint);
    }
    if (info.isEmpty()) {
      return Finding.pass("relay", words + "; it says nothing of itself (NIP-11)");
    }
    RelayInfo relay = info.get();
    List<String> more = new ArrayList<>();
    if (!relay.name().isEmpty()) {
      more.add(relay.name());
    }
    relay.maxSubscriptions().ifPresent(max -> more.add(max + " subscriptions"));
    relay.maxLimit().ifPresent(max -> more.add(max + " events a filter"));
    relay.minPowBits().ifPresent(bits -> more.add(bits + " bits of work"));
    String all = words + (more.isEmpty() ? "" : "; " + String.join(", ", more));
    if (relay.authRequired()) {
      return Finding.warn("relay", all + "; it demands authentication (NIP-42)", hint);
    }
    return relay.paymentRequired()
        ? Finding.warn("relay", all + "; it demands payment", hint)
        : Finding.pass("relay", all);
  }
}
