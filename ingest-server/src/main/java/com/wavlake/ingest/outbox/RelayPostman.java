package com.wavlake.ingest.outbox;

import com.wavlake.ingest.relay.Relay;
import com.wavlake.live.net.PublicAddresses;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.RelayMessage;
import com.wavlake.live.relay.PublishOutcome;
import com.wavlake.live.relay.RelayInfo;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.RelaySettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Brings events to relays: this server's own without a socket, those that the configuration allows
 * at any address, all others at public addresses alone, checked again after DNS.
 */
public final class RelayPostman implements Postman {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final Duration timeout;
  private final Relay own;
  private final String ownUrl;
  private final Set<String> allowed;

  /**
   * A postman.
   *
   * @param allowed relays that may be at addresses that are not public
   */
  public RelayPostman(Relay own, String ownUrl, Set<String> allowed) {
    this(own, ownUrl, allowed, TIMEOUT);
  }

  /** With another patience. */
  RelayPostman(Relay own, String ownUrl, Set<String> allowed, Duration timeout) {
    this.timeout = timeout;
    this.own = own;
    this.ownUrl = ownUrl;
    this.allowed = allowed.stream().map(RelayPostman::bare).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Receipt bring(Event event, String relayUrl) {
    if (relayUrl.equals(ownUrl)) {
      return receipt(own.publish(event));
    }
    try (RelayPool pool = RelayPool.connect(List.of(relayUrl), settings(relayUrl))) {
      PublishOutcome outcome = pool.publish(event, timeout).outcomes().getFirst();
      return switch (outcome.status()) {
        case ACCEPTED -> new Receipt.Accepted();
        case REJECTED -> refusal(outcome.reason());
        case TIMED_OUT, UNREACHABLE -> new Receipt.Later(outcome.reason());
      };
    } catch (LiveException e) {
      return e.category() == Category.INVALID
          ? new Receipt.Rejected(String.valueOf(e.getMessage()))
          : new Receipt.Later(String.valueOf(e.getMessage()));
    }
  }

  /** Why a relay will not take events from here, as it says itself (NIP-11). May block. */
  public Optional<String> problem(String relayUrl) {
    if (relayUrl.equals(ownUrl)) {
      return Optional.empty();
    }
    boolean anywhere = isAllowed(relayUrl);
    if (!anywhere && PublicAddresses.isForbiddenLiteral(URI.create(relayUrl).getHost())) {
      return Optional.of("it is not at a public address");
    }
    if (!anywhere && !relayUrl.startsWith("wss:")) {
      return Optional.empty(); // what strangers name is fetched over https alone
    }
    try {
      RelayInfo info =
          RelayInfo.of(relayUrl, anywhere ? WebClient.anywhere() : WebClient.publicOnly());
      return info.authRequired()
          ? Optional.of("it demands authentication, which only you could give")
          : Optional.empty();
    } catch (LiveException e) { // a relay need not describe itself, but has to be there
      return e.category() == Category.UNREACHABLE || e.category() == Category.TIMED_OUT
          ? Optional.of(String.valueOf(e.getMessage()))
          : Optional.empty();
    }
  }

  private boolean isAllowed(String relayUrl) {
    return allowed.contains(bare(relayUrl));
  }

  private static String bare(String url) {
    return url.replaceFirst("/+$", "");
  }

  private RelaySettings settings(String relayUrl) {
    return isAllowed(relayUrl)
        ? RelaySettings.DEFAULT
        : RelaySettings.DEFAULT.publicAddressesOnly();
  }

  private static Receipt receipt(RelayMessage.Ok answer) {
    return answer.success() ? new Receipt.Accepted() : refusal(answer.reason());
  }

  private static Receipt refusal(String reason) {
    boolean passing = reason.startsWith("rate-limited:") || reason.startsWith("error:");
    return passing ? new Receipt.Later(reason) : new Receipt.Rejected(reason);
  }
}
