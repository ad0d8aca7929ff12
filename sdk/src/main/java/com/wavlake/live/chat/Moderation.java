package com.wavlake.live.chat;

import com.wavlake.live.chat.ChatListener.Removal;
import com.wavlake.live.nip53.ChatTimeout;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.Deletion;
import com.wavlake.live.social.MuteList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may be heard: the host's mutes and timeouts, the viewer's mutes, and what authors took back.
 * Everything that strangers can fill is bounded for each of them. Not for many threads.
 */
final class Moderation {
  /** Timeouts; the oldest are forgotten. */
  static final int TIMEOUTS = 1_000;

  /** People whose deletions are remembered. */
  static final int DELETERS = 1_000;

  /** Deletions of one of them. */
  static final int DELETIONS_EACH = 100;

  private final Newest hostMutes = new Newest();
  private final Newest viewerMutes = new Newest();
  private MuteList viewersPrivateMutes = MuteList.empty();
  private final Deque<ChatTimeout> timeouts = new ArrayDeque<>();
  private final Map<PublicKey, Set<EventId>> deleted =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PublicKey, Set<EventId>> eldest) {
          return size() > DELETERS;
        }
      };

  /** The newest version of a replaceable list. */
  private static final class Newest {
    private Optional<Event> event = Optional.empty();
    private MuteList list = MuteList.empty();

    boolean put(Event newEvent, MuteList newList) {
      if (event.isPresent() && !newEvent.supersedes(event.get())) {
        return false;
      }
      event = Optional.of(newEvent);
      list = newList;
      return true;
    }
  }

  /** The host's mute list; false when an older one came late. */
  boolean hostMutes(Event event) {
    return hostMutes.put(event, MuteList.parse(event));
  }

  /** The public part of the viewer's own; false when an older one came late. */
  boolean viewerMutes(Event event) {
    return viewerMutes.put(event, MuteList.parse(event));
  }

  /**
   * The viewer's own with its private part, which may be opened later, or never: until then the one
   * before counts. False when the list is not the newest any more.
   */
  boolean viewerMutes(Event event, MuteList opened) {
    if (!viewerMutes.event.equals(Optional.of(event))) {
      return false;
    }
    viewersPrivateMutes = opened;
    return true;
  }

  /** Another host: the former one's word counts no more. */
  void forgetHost() {
    hostMutes.event = Optional.empty();
    hostMutes.list = MuteList.empty();
    timeouts.clear();
  }

  /** By the host: the caller has made sure. */
  void timeout(ChatTimeout timeout) {
    if (timeouts.size() == TIMEOUTS) {
      timeouts.removeFirst();
    }
    timeouts.addLast(timeout);
  }

  /** Chat has no addresses: what counts are the ids, each of the one who deletes. */
  void deletion(Deletion deletion) {
    Set<EventId> ids =
        deleted.computeIfAbsent(deletion.event().author(), author -> new LinkedHashSet<>());
    for (EventId id : deletion.ids()) {
      ids.add(id);
      if (ids.size() > DELETIONS_EACH) {
        ids.remove(ids.iterator().next());
      }
    }
  }

  /**
   * Why an item is not to be shown; empty when it is.
   *
   * @param second when it was said: by its author's clock for what is stored, by ours for what
   *     comes
   */
  Optional<Removal> hides(ChatItem item, long second) {
    Event event = item.event();
    if (deleted.getOrDefault(event.author(), Set.of()).contains(event.id())) {
      return Optional.of(Removal.DELETED);
    }
    if (mutes(item)) {
      return Optional.of(Removal.MUTED);
    }
    boolean silenced =
        timeouts.stream().anyMatch(timeout -> silences(timeout, item.author(), second));
    return silenced ? Optional.of(Removal.TIMED_OUT) : Optional.empty();
  }

  private boolean mutes(ChatItem item) {
    return hides(item.author())
        || hostMutes.list.hides(item.event())
        || viewerMutes.list.hides(item.event())
        || viewersPrivateMutes.hides(item.event())
        || hostMutes.list.hides(item.text())
        || viewerMutes.list.hides(item.text())
        || viewersPrivateMutes.hides(item.text());
  }

  /** Whether the host or the viewer wants to see nothing of somebody. */
  boolean hides(PublicKey who) {
    return hostMutes.list.hides(who)
        || viewerMutes.list.hides(who)
        || viewersPrivateMutes.hides(who);
  }

  private static boolean silences(ChatTimeout timeout, PublicKey author, long second) {
    return timeout.who().equals(author)
        && second >= timeout.event().createdAt()
        && second < timeout.until().getEpochSecond();
  }
}
