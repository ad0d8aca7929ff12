package com.wavlake.live.chat;

import com.wavlake.live.chat.ChatListener.Removal;
import com.wavlake.live.nip53.ChatTimeout;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.social.Deletion;
import com.wavlake.live.social.MuteList;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Who may be heard: the host's mutes and timeouts, the viewer's mutes, and what authors took back.
 * Not for many threads.
 */
final class Moderation {
  /** Of each kind; the oldest are forgotten. */
  static final int REMEMBERED = 1_000;

  private final Newest hostMutes = new Newest();
  private final Newest viewerMutes = new Newest();
  private final Deque<ChatTimeout> timeouts = new ArrayDeque<>();
  private final Deque<Deletion> deletions = new ArrayDeque<>();

  /** The newest version of a replaceable list. */
  private static final class Newest {
    private Optional<Event> event = Optional.empty();
    private MuteList list = MuteList.empty();

    boolean put(Event newEvent, MuteList newList) {
      if (event.isPresent()
          && !newEvent.equals(event.get()) // its private part may come later
          && !newEvent.supersedes(event.get())) {
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

  /** The viewer's own; false when an older one came late. */
  boolean viewerMutes(Event event, MuteList list) {
    return viewerMutes.put(event, list);
  }

  /** Another host: the former one's word counts no more. */
  void forgetHost() {
    hostMutes.event = Optional.empty();
    hostMutes.list = MuteList.empty();
    timeouts.clear();
  }

  /** By the host: the caller has made sure. */
  void timeout(ChatTimeout timeout) {
    remember(timeouts, timeout);
  }

  void deletion(Deletion deletion) {
    remember(deletions, deletion);
  }

  private static <T> void remember(Deque<T> all, T one) {
    if (all.size() == REMEMBERED) {
      all.removeFirst();
    }
    all.addLast(one);
  }

  /** Why an item is not to be shown; empty when it is. */
  Optional<Removal> hides(ChatItem item) {
    Event event = item.event();
    if (deletions.stream().anyMatch(deletion -> deletion.covers(event))) {
      return Optional.of(Removal.DELETED);
    }
    if (hides(hostMutes.list, item) || hides(viewerMutes.list, item)) {
      return Optional.of(Removal.MUTED);
    }
    boolean silenced = timeouts.stream().anyMatch(t -> silences(t, item.author(), event));
    return silenced ? Optional.of(Removal.TIMED_OUT) : Optional.empty();
  }

  private static boolean hides(MuteList list, ChatItem item) {
    return list.hides(item.event()) || list.hides(item.author());
  }

  private static boolean silences(ChatTimeout timeout, PublicKey author, Event event) {
    return timeout.who().equals(author)
        && event.createdAt() >= timeout.event().createdAt()
        && event.createdAt() < timeout.until().getEpochSecond();
  }
}
