package com.wavlake.ingest.moderation;

import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.ProofOfWork;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The rules of chat: 1 to 500 characters, none dated ahead, one message a second or slower, work,
 * bans. The same for the embedded relay and for strfry's plugin. Safe for use by many threads.
 */
public final class ChatPolicy {
  private static final long MOST_AHEAD = 60;

  private final ChatPace pace = new ChatPace();

  /** When who last wrote. */
  public ChatPace pace() {
    return pace;
  }

  /** A message that names two streams would be read in one chat by the rules of the other. */
  public static Optional<String> oneChat(Event event) {
    long streams =
        event
            .tags("a")
            .filter(tag -> tag.value().startsWith(Kind.LIVE_STREAM + ":"))
            .map(Tag::value)
            .distinct()
            .count();
    return streams > 1
        ? Optional.of("invalid: a chat message is for one stream alone")
        : Optional.empty();
  }

  /**
   * Why a message is not taken; empty: it is, and its author has to wait before the next.
   *
   * @param event the message, which is verified
   * @param streamId the stream whose chat it is for
   */
  public Optional<String> refuse(Event event, String streamId, ChatRules rules, Instant now) {
    return refuse(event, rules, now).or(() -> tooSoon(event, streamId, rules, now));
  }

  /**
   * The same whenever it comes: for what comes late and many at a time, from another relay.
   *
   * @param event the message, which is verified
   */
  public Optional<String> refuse(Event event, ChatRules rules, Instant now) {
    int length = event.content().codePointCount(0, event.content().length());
    if (length < 1 || length > ChatMessage.MAX_CHARACTERS) {
      return Optional.of(
          "invalid: " + length + " characters, not 1 to " + ChatMessage.MAX_CHARACTERS);
    }
    long clock = now.getEpochSecond();
    if (event.createdAt() > clock + MOST_AHEAD) { // viewers show it below what is said till then
      long ahead = event.createdAt() - clock;
      return Optional.of("invalid: dated " + ahead + " s ahead; is your clock right?");
    }
    Optional<String> banned = banned(event.author(), rules, now);
    if (banned.isPresent()) {
      return banned;
    }
    int bits = ProofOfWork.claimedBits(event);
    if (bits < rules.powBits()) {
      return Optional.of(
          "pow: difficulty "
              + bits
              + " is less than "
              + rules.powBits()
              + " that the host asks for");
    }
    return Optional.empty();
  }

  /** What somebody is told whom the host has banned. */
  static Optional<String> banned(PublicKey author, ChatRules rules, Instant now) {
    return rules
        .bannedUntil(author, now)
        .map(until ->
            until.equals(Instant.MAX)
                ? "blocked: the host has banned you from this chat"
                : "blocked: the host has silenced you for another "
                    + secondsOf(Duration.between(now, until)));
  }

  private Optional<String> tooSoon(Event event, String streamId, ChatRules rules, Instant now) {
    synchronized (pace) { // two at once are one too many
      Duration wait = pace.wait(event.author(), streamId, rules.pace(), now);
      if (wait.isPositive()) {
        return Optional.of(
            rules.pace().equals(ChatRules.LEAST_PACE)
                ? "rate-limited: one message a second"
                : "rate-limited: slow mode, wait another " + secondsOf(wait));
      }
      pace.written(event.author(), streamId, now);
    }
    return Optional.empty();
  }

  private static String secondsOf(Duration time) {
    return Math.max(1, time.plusMillis(999).toSeconds()) + " s";
  }
}
