package com.wavlake.cli.find;

import com.wavlake.cli.profile.Identities;
import com.wavlake.cli.shell.CliError;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import com.wavlake.live.social.Contacts;
import com.wavlake.live.social.MuteList;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What one's own lists say of other people. Nobody is asked for a passphrase: a locked identity
 * reads what is public in them.
 */
record Mine(MuteList muted, Optional<Contacts> contacts) {

  static Mine read(Identities identities, RelayPool relays, Duration timeout) {
    try (Signer signer = identities.signerAtHand().orElse(null)) {
      if (signer == null && !identities.exists()) {
        return new Mine(MuteList.empty(), Optional.empty());
      }
      PublicKey me = signer == null ? identities.publicKey() : signer.publicKey();
      var lists = relays.query(Filter.kinds(Kind.MUTE_LIST, Kind.CONTACTS).by(me), timeout);
      return new Mine(
          newest(lists, Kind.MUTE_LIST)
              .map(event -> signer == null ? MuteList.parse(event) : opened(event, signer))
              .orElseGet(MuteList::empty),
          newest(lists, Kind.CONTACTS).map(Contacts::parse));
    }
  }

  private static Optional<Event> newest(Iterable<Event> newestFirst, int kind) {
    for (Event event : newestFirst) {
      if (event.kind() == kind) {
        return Optional.of(event);
      }
    }
    return Optional.empty();
  }

  private static MuteList opened(Event event, Signer signer) {
    try {
      return MuteList.parse(event, signer);
    } catch (LiveException unreadable) {
      return MuteList.parse(event); // what is public counts in any case
    }
  }

  Set<PublicKey> followed() {
    return contacts
        .map(Contacts::people)
        .orElseThrow(() ->
            new CliError(
                "not_found",
                "no relay has your contact list (kind 3)",
                "--relay wss://… asks another one"));
  }
}
