package com.wavlake.live.chat;

import com.wavlake.live.chat.ChatListener.Removal;
import com.wavlake.live.nostr.EventId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The newest items of a chat in their order, hidden ones too: what is hidden may be shown again.
 * Not for many threads.
 */
final class Held {
  /** Twice the history: moderation may hide half of them. */
  static final int CAPACITY = 2 * LiveChat.HISTORY;

  /** How far back somebody could date a message of now. */
  private static final Duration RECENT = Duration.ofMinutes(15);

  private static final Comparator<Entry> OLDEST_FIRST =
      Comparator.<Entry>comparingLong(entry -> entry.second)
          .thenComparing(entry -> entry.item.event().id());

  private final Moderation moderation;
  private final TreeSet<Entry> entries = new TreeSet<>(OLDEST_FIRST);
  private final Map<EventId, Entry> byId = new HashMap<>();

  Held(Moderation moderation) {
    this.moderation = moderation;
  }

  /**
   * What a review changed.
   *
   * @param removal why the item is hidden now; empty when it is shown again
   */
  record Change(ChatItem item, Optional<Removal> removal) {}

  private static final class Entry {
    private final ChatItem item;
    private final long second;
    private final long judgedAt;
    private boolean visible;

    Entry(ChatItem item, long second, long judgedAt, boolean visible) {
      this.item = item;
      this.second = second;
      this.judgedAt = judgedAt;
      this.visible = visible;
    }
  }

  /**
   * Takes a new item; whether it is to be shown. One that is dated ahead stands where it came.
   *
   * @param live whether the history is through: of what is dated within {@link #RECENT} our clock
   *     then says when it was said, so that no date that its author chose evades a timeout; what is
   *     older comes out of some relay's store
   */
  boolean add(ChatItem item, Instant now, boolean live) {
    if (byId.containsKey(item.event().id())) {
      return false;
    }
    long second = Math.min(item.event().createdAt(), now.getEpochSecond());
    boolean recent = item.event().createdAt() >= now.minus(RECENT).getEpochSecond();
    long judgedAt = live && recent ? now.getEpochSecond() : second;
    Entry entry = new Entry(item, second, judgedAt, moderation.hides(item, judgedAt).isEmpty());
    entries.add(entry);
    byId.put(item.event().id(), entry);
    if (entries.size() > CAPACITY) {
      Entry leaving = firstToGo();
      entries.remove(leaving);
      byId.remove(leaving.item.event().id());
      return entry.visible && !leaving.equals(entry);
    }
    return entry.visible;
  }

  /** The oldest hidden one: nobody crowds out what others said by being muted. */
  private Entry firstToGo() {
    return entries.stream().filter(e -> !e.visible).findFirst().orElseGet(entries::first);
  }

  boolean contains(EventId id) {
    return byId.containsKey(id);
  }

  /** An item that is shown. */
  Optional<ChatItem> find(EventId id) {
    return Optional.ofNullable(byId.get(id)).filter(e -> e.visible).map(e -> e.item);
  }

  /** The last ones shown, oldest first. */
  List<ChatItem> last(int count) {
    List<ChatItem> last = new ArrayList<>();
    for (Entry entry : entries.descendingSet()) {
      if (entry.visible && last.size() < count) {
        last.addFirst(entry.item);
      }
    }
    return last;
  }

  /** The newest ids, as many as the history has, as hex. */
  List<String> ids() {
    return entries.descendingSet().stream()
        .limit(LiveChat.HISTORY)
        .map(entry -> entry.item.event().id().hex())
        .toList();
  }

  /** Asks the moderation again. */
  List<Change> review() {
    List<Change> changes = new ArrayList<>();
    for (Entry entry : entries) {
      Optional<Removal> hidden = moderation.hides(entry.item, entry.judgedAt);
      if (hidden.isEmpty() != entry.visible) {
        entry.visible = hidden.isEmpty();
        changes.add(new Change(entry.item, hidden));
      }
    }
    return changes;
  }
}
