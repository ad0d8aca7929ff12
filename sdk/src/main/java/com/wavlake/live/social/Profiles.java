package com.wavlake.live.social;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.relay.RelayPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks up what many people say of themselves, kind 0. */
public final class Profiles {
  /** How many people one filter asks for: relays refuse long ones. */
  private static final int A_FILTER = 200;

  private Profiles() {}

  /**
   * The newest profile of each of them, as far as these relays know it; whoever has none, or none
   * that can be read, is called by their npub. Waits as {@link RelayPool#query} does.
   */
  public static Map<PublicKey, Profile> lookUp(
      RelayPool relays, Collection<PublicKey> people, Duration timeout) {
    Map<PublicKey, Profile> profiles = new HashMap<>();
    people.forEach(who -> profiles.put(who, Profile.of(who)));
    List<PublicKey> asked = List.copyOf(profiles.keySet());
    List<Filter> filters = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += A_FILTER) {
      List<PublicKey> some = asked.subList(from, Math.min(asked.size(), from + A_FILTER));
      filters.add(Filter.kinds(Kind.PROFILE).by(some.toArray(PublicKey[]::new)));
    }
    if (!filters.isEmpty()) {
      relays.query(filters, timeout).reversed().forEach(event -> put(profiles, event));
    }
    return profiles;
  }

  private static void put(Map<PublicKey, Profile> profiles, Event event) {
    try {
      profiles.replace(event.author(), Profile.parse(event));
    } catch (InvalidEvent malformed) {
      profiles.replace(event.author(), Profile.of(event.author())); // as its newest version says
    }
  }
}
