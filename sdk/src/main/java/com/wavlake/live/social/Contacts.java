package com.wavlake.live.social;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Whom somebody follows, kind 3 (NIP-02). To be read: it is not edited here.
 *
 * @param owner whose list
 * @param people in order, each once
 */
public record Contacts(PublicKey owner, Set<PublicKey> people) {
  /** Copies the set, in its order. */
  public Contacts {
    people = Collections.unmodifiableSet(new LinkedHashSet<>(people));
  }

  /**
   * Reads an event of kind 3; entries that name nobody are left out.
   *
   * @throws InvalidEvent when it is of another kind
   */
  public static Contacts parse(Event event) {
    if (event.kind() != Kind.CONTACTS) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.CONTACTS);
    }
    return new Contacts(
        event.author(),
        new LinkedHashSet<>(Lenient.each(event.tags("p"), tag -> PublicKey.parse(tag.value()))));
  }

  /** Whether its owner follows them. */
  public boolean follows(PublicKey who) {
    return people.contains(who);
  }
}
