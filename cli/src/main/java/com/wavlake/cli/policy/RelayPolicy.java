package com.wavlake.cli.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.cli.shell.OneLine;
import com.wavlake.ingest.moderation.ChatPolicy;
import com.wavlake.ingest.moderation.ChatRules;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.ChatTimeout;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules of chat for a relay that asks before it takes an event, as strfry does: a JSON line
 * about each. The relay has verified the events. Memory is bounded, whatever comes. For one thread.
 *
 * <p>Time is when the relay received the event, as it says itself: the same lines get the same
 * answers, however long they waited.
 *
 * @see <a href="https://github.com/hoytech/strfry/blob/master/docs/plugins.md">strfry's plugins</a>
 */
public final class RelayPolicy {
  /** How many people are silenced at a time; who was first makes room. */
  static final int MAX_TIMEOUTS = 100_000;

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> IN_BULK = Set.of("Import", "Stream", "Sync");
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([0-9a-f]{64})\"");
  private static final int MAX_WORDS = 200; // strfry reads lines of up to 8,192 bytes
  private static final long LATEST = 253_402_300_799L;

  private final Settings settings;
  private final InstantSource clock;
  private final ChatPolicy chat = new ChatPolicy();
  private final Map<Silenced, Instant> timeouts =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Silenced, Instant> eldest) {
          return size() > MAX_TIMEOUTS;
        }
      };

  /** Somebody in a stream's chat. */
  private record Silenced(PublicKey who, String stream) {}

  /**
   * What the operator wants.
   *
   * @param slowMode between two messages of one author in a stream; one second holds anyway
   * @param powBits work in each message
   * @param banned who may not write at all
   * @param hosts whose streams may have chat here; empty for everybody's
   * @param chatOnly whether all that is not chat is refused
   */
  record Settings(
      Duration slowMode,
      int powBits,
      Predicate<PublicKey> banned,
      Set<PublicKey> hosts,
      boolean chatOnly) {}

  /**
   * What to tell the relay.
   *
   * @param id the event's; empty when the line names none, and nothing can be told
   * @param refusal why the event is not taken; empty: it is
   */
  record Answer(Optional<String> id, Optional<String> refusal) {
    /** One line, without its end. */
    String toJson() {
      return JSON.createObjectNode()
          .put("id", id.orElse(""))
          .put("action", refusal.isPresent() ? "reject" : "accept")
          .put("msg", refusal.orElse(""))
          .toString();
    }
  }

  /**
   * Nobody has written yet.
   *
   * @param clock for lines that do not say when the event was received
   */
  RelayPolicy(Settings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /** What becomes of the event in a line; whatever it holds, there is an answer. */
  Answer answer(String line) {
    JsonNode request;
    try {
      request = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      Matcher id = ID.matcher(line);
      return answer(
          id.find() ? Optional.of(id.group(1)) : Optional.empty(),
          Optional.of("invalid: not JSON: " + e.getOriginalMessage()));
    }
    JsonNode event = request.path("event");
    Optional<String> id =
        Optional.ofNullable(event.path("id").textValue())
            .filter(text -> text.matches("[0-9a-f]{64}"));
    try {
      return answer(id, refuse(request, event));
    } catch (InvalidEvent e) {
      return answer(id, Optional.of("invalid: " + e.getMessage()));
    } catch (RuntimeException e) { // a fault of ours must not stop the relay
      return answer(id, Optional.of("error: " + e));
    }
  }

  /** Strangers' words, no longer than they need to be. */
  private static Answer answer(Optional<String> id, Optional<String> refusal) {
    return new Answer(
        id,
        refusal.map(
            words -> OneLine.harmless(words.substring(0, Math.min(words.length(), MAX_WORDS)))));
  }

  private Optional<String> refuse(JsonNode request, JsonNode event) {
    if (!event.path("id").isTextual() || !event.path("kind").isInt()) {
      throw new InvalidEvent("event", "has no id, or no kind");
    }
    if (!request.path("type").asText().equals("new")) {
      return Optional.empty();
    }
    return switch (event.path("kind").asInt()) {
      case Kind.CHAT_MESSAGE -> chat(request, Event.parse(event.toString()));
      case Kind.CHAT_TIMEOUT -> timeout(request, Event.parse(event.toString()));
      default -> other();
    };
  }

  private Optional<String> chat(JsonNode request, Event event) {
    EventAddress at = ChatMessage.parse(event).stream();
    if (!isHosted(at)) {
      return Optional.of("blocked: chat of this host's streams is not taken here");
    }
    Optional<String> elsewhere = ChatPolicy.oneChat(event);
    if (elsewhere.isPresent()) {
      return elsewhere;
    }
    Instant now = receivedAt(request);
    String stream = key(at);
    ChatRules rules =
        new ChatRules(settings.slowMode(), settings.powBits(), bans(event.author(), stream));
    return IN_BULK.contains(request.path("sourceType").asText())
        ? chat.refuse(event, rules, now)
        : chat.refuse(event, stream, rules, now);
  }

  /** Of this author alone: all that their message is asked for. */
  private Map<PublicKey, Optional<Instant>> bans(PublicKey author, String stream) {
    if (settings.banned().test(author)) {
      return Map.of(author, Optional.empty());
    }
    return Optional.ofNullable(timeouts.get(new Silenced(author, stream)))
        .map(until -> Map.of(author, Optional.of(until)))
        .orElse(Map.of());
  }

  /** A host's word counts in their own stream; of anybody else it is an event like others. */
  private Optional<String> timeout(JsonNode request, Event event) {
    ChatTimeout timeout;
    Optional<EventAddress> own;
    try {
      timeout = ChatTimeout.parse(event);
      own =
          event
              .tags("a")
              .map(tag -> EventAddress.parse(tag.value()))
              .filter(at -> at.author().equals(event.author()) && isHosted(at))
              .findFirst();
    } catch (InvalidEvent e) {
      return other();
    }
    if (own.isEmpty()) {
      return other();
    }
    if (timeout.until().isAfter(receivedAt(request))) {
      var _ =
          timeouts.merge(
              new Silenced(timeout.who(), key(own.get())),
              timeout.until(),
              (a, b) -> a.isAfter(b) ? a : b); // they may come in any order
    }
    return Optional.empty();
  }

  private Optional<String> other() {
    return settings.chatOnly()
        ? Optional.of("blocked: chat alone is taken here")
        : Optional.empty();
  }

  private boolean isHosted(EventAddress at) {
    return settings.hosts().isEmpty() || settings.hosts().contains(at.author());
  }

  /** Short, however long the address is. */
  private static String key(EventAddress at) {
    return Sha256.hex(at.coordinate());
  }

  private Instant receivedAt(JsonNode request) {
    JsonNode at = request.path("receivedAt");
    return at.isIntegralNumber() && at.asLong() > 0 && at.asLong() <= LATEST
        ? Instant.ofEpochSecond(at.asLong())
        : clock.instant();
  }
}
