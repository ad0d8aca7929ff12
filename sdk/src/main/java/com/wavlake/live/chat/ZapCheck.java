package com.wavlake.live.chat;

import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.social.Lnurl;
import com.wavlake.live.social.Profile;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Knows whose signature makes a zap receipt count. May block. */
@FunctionalInterface
public interface ZapCheck {

  /** Believes nobody: no zaps are shown. */
  ZapCheck NOBODY = recipient -> Optional.empty();

  /** The payment server of somebody; empty when they have none, or it cannot be asked. */
  Optional<Lnurl.Provider> providerOf(PublicKey recipient);

  /** Looks up profiles on these relays, and asks the payment servers that they name; remembers. */
  static ZapCheck by(RelayPool relays, Lnurl lnurl) {
    return new Remembering(relays, lnurl);
  }

  /** A few people at a time: who receives zaps in a chat is its host. */
  final class Remembering implements ZapCheck {
    private static final int PEOPLE = 100;
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(15);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final RelayPool relays;
    private final Lnurl lnurl;
    private final Map<PublicKey, Known> known =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<PublicKey, Known> eldest) {
            return size() > PEOPLE;
          }
        };

    private record Known(Optional<Lnurl.Provider> provider, long atNanos) {}

    private Remembering(RelayPool relays, Lnurl lnurl) {
      this.relays = relays;
      this.lnurl = lnurl;
    }

    @Override
    public synchronized Optional<Lnurl.Provider> providerOf(PublicKey recipient) {
      Known before = known.get(recipient);
      if (before != null) {
        Duration keep = before.provider().isPresent() ? FRESH : ASK_AGAIN;
        if (System.nanoTime() - before.atNanos() < keep.toNanos()) {
          return before.provider();
        }
      }
      Optional<Lnurl.Provider> provider = ask(recipient);
      known.put(recipient, new Known(provider, System.nanoTime()));
      return provider;
    }

    private Optional<Lnurl.Provider> ask(PublicKey recipient) {
      EventAddress profile = new EventAddress(Kind.PROFILE, recipient, "", List.of());
      try {
        return relays.newest(profile, TIMEOUT).map(Profile::parse).flatMap(lnurl::providerOf);
      } catch (InvalidEvent malformed) {
        return Optional.empty();
      } catch (LiveException unreachable) {
        return Optional.empty();
      }
    }
  }
}
