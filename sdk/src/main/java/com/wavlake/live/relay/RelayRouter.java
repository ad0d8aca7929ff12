package com.wavlake.live.relay;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds people where they are (NIP-65): reads an author from the relays they write to, notifies
 * somebody on the relays they read. Relays that strangers name are asked for a while and let go of,
 * a few a person. Calls block. Safe for use by many threads.
 */
public final class RelayRouter {
  /** How many relays of one person are used. */
  public static final int RELAYS_A_PERSON = 4;

  /** How many relays one call asks at most. */
  public static final int RELAYS_A_CALL = 32;

  private static final Logger log = LoggerFactory.getLogger(RelayRouter.class);
  private static final int REMEMBERED = 1_000;
  private static final Duration FRESH = Duration.ofMinutes(10);

  private final RelayPool known;
  private final RelaySettings settings;
  private final Map<PublicKey, Remembered> lists =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<PublicKey, Remembered> eldest) {
              return size() > REMEMBERED;
            }
          });

  private record Remembered(Optional<RelayList> list, long atNanos) {
    boolean isFresh() {
      return System.nanoTime() - atNanos < FRESH.toNanos();
    }
  }

  private RelayRouter(RelayPool known, RelaySettings settings) {
    this.known = known;
    this.settings = settings;
  }

  /**
   * Looks up relay lists on the pool's relays, and asks its relays too. Relays at addresses that
   * are not public are not connected to.
   *
   * @param known not closed by the router
   */
  public static RelayRouter over(RelayPool known) {
    return over(known, RelaySettings.DEFAULT.publicAddressesOnly());
  }

  /** The same, with other settings for the relays that lists name. */
  public static RelayRouter over(RelayPool known, RelaySettings settings) {
    return new RelayRouter(known, settings);
  }

  /** Somebody's relay list, looked up at most every ten minutes; empty when none was found. */
  public Optional<RelayList> listOf(PublicKey who, Duration timeout) {
    Remembered before = lists.get(who);
    if (before != null && before.isFresh()) {
      return before.list();
    }
    Optional<RelayList> found =
        known
            .newest(new EventAddress(Kind.RELAY_LIST, who, "", List.of()), timeout)
            .flatMap(RelayRouter::parse);
    if (found.isPresent() || known.connectedCount() > 0) { // nobody said that there is none
      lists.put(who, new Remembered(found, System.nanoTime()));
    }
    return found;
  }

  private static Optional<RelayList> parse(Event event) {
    try {
      return Optional.of(RelayList.parse(event));
    } catch (InvalidEvent malformed) {
      return Optional.empty();
    }
  }

  /**
   * What {@code author} wrote that matches, newest first, from where they write and from the pool.
   */
  public List<Event> read(PublicKey author, Filter filter, Duration timeout) {
    List<String> urls =
        listOf(author, timeout).map(RelayList::write).orElse(List.of()).stream()
            .limit(RELAYS_A_PERSON)
            .toList();
    List<Event> found = new ArrayList<>(known.query(filter.by(author), timeout));
    Collection<String> more = beyondKnown(urls);
    if (!more.isEmpty()) {
      try (RelayPool theirs = connect(more)) {
        theirs.query(filter.by(author), timeout).stream()
            .filter(event -> !found.contains(event))
            .forEach(found::add);
      }
    }
    found.sort((a, b) -> a.supersedes(b) ? -1 : b.supersedes(a) ? 1 : 0);
    return found;
  }

  /**
   * Publishes to the pool, to where the author writes, and to where each recipient reads: {@link
   * #RELAYS_A_CALL} relays beside the pool's at most, everybody's first before anybody's second.
   *
   * @return one outcome a relay
   */
  public PublishResult publish(Event event, Collection<PublicKey> recipients, Duration timeout) {
    List<List<String>> everybodys = new ArrayList<>();
    listOf(event.author(), timeout).ifPresent(list -> everybodys.add(list.write()));
    for (PublicKey recipient : recipients) {
      listOf(recipient, timeout).ifPresent(list -> everybodys.add(list.read()));
    }
    Set<String> urls = new LinkedHashSet<>();
    for (int i = 0; i < RELAYS_A_PERSON; i++) { // everybody's first before anybody's second
      for (List<String> theirs : everybodys) {
        theirs.stream().skip(i).limit(1).forEach(urls::add);
      }
    }
    List<PublishOutcome> outcomes = new ArrayList<>(known.publish(event, timeout).outcomes());
    Collection<String> more = beyondKnown(urls);
    if (!more.isEmpty()) {
      try (RelayPool theirs = connect(more)) {
        outcomes.addAll(theirs.publish(event, timeout, PublishPolicy.ALL).outcomes());
      }
    }
    return new PublishResult(event, outcomes);
  }

  private List<String> beyondKnown(Collection<String> urls) {
    List<String> here = known.urls();
    return urls.stream().filter(url -> !here.contains(url)).limit(RELAYS_A_CALL).toList();
  }

  private static void addIfAllowed(RelayPool pool, String url) {
    try {
      pool.add(url);
    } catch (LiveException notAllowed) {
      log.debug("{} is left out: {}", url, notAllowed.getMessage());
    }
  }

  /** Those of them that may be connected to. */
  private RelayPool connect(Collection<String> urls) {
    RelayPool pool = RelayPool.connect(List.of(), settings);
    urls.forEach(url -> addIfAllowed(pool, url));
    return pool;
  }
}
