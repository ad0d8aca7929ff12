package com.wavlake.ingest.moderation;

import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When who last wrote where: one message a second, or as slow as a host wants. Bounded: whoever has
 * written least recently is forgotten first. Safe for use by many threads.
 */
public final class ChatPace {
  private static final Duration JITTER = Duration.ofSeconds(5);
  private static final int MAX_AUTHORS = 100_000;

  private final Map<Name, Written> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Name, Written> eldest) {
          return size() > MAX_AUTHORS;
        }
      };
  private final Map<Name, Integer> unkept = new HashMap<>();

  private record Name(PublicKey author, String streamId) {}

  private record Written(Instant at) {}

  /**
   * Somebody's newest message.
   *
   * @param author who
   * @param streamId where
   * @param at when
   * @param count how many since it was last kept
   */
  public record Message(PublicKey author, String streamId, Instant at, int count) {}

  /** How long to wait still; zero or less: now. */
  public synchronized Duration wait(PublicKey author, String streamId, Duration pace, Instant now) {
    Written before = last.get(new Name(author, streamId));
    return before == null || before.at().isAfter(now.plus(JITTER)) // a clock that was set back
        ? Duration.ZERO
        : Duration.between(now, before.at().plus(pace));
  }

  /** One was written. */
  public synchronized void written(PublicKey author, String streamId, Instant now) {
    Name name = new Name(author, streamId);
    last.put(name, new Written(now));
    if (unkept.size() < MAX_AUTHORS) {
      unkept.merge(name, 1, Integer::sum);
    }
  }

  /** What was kept before a restart. */
  public synchronized void restore(List<Message> messages) {
    messages.forEach(m -> last.put(new Name(m.author(), m.streamId()), new Written(m.at())));
  }

  /** What was written since this was last asked, to be kept. */
  public synchronized List<Message> drain() {
    List<Message> messages = new ArrayList<>();
    unkept.forEach((name, count) -> {
      Written written = last.get(name);
      if (written != null) {
        messages.add(new Message(name.author(), name.streamId(), written.at(), count));
      }
    });
    unkept.clear();
    return messages;
  }
}
