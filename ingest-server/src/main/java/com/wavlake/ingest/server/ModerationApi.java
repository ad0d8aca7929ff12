package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.ingest.moderation.ChatRules;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The rules of a stream's chat, in its owner's hands. */
final class ModerationApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An answer may be sent back: of its fields, the npub is not read. */
  private static final Set<String> OF_BAN = Set.of("pubkey", "npub", "until");

  private final Services services;
  private final Owned owned;

  ModerationApi(Services services) {
    this.services = services;
    this.owned = new Owned(services.registry());
  }

  ObjectNode get(PublicKey caller, String id) {
    var _ = owned.find(caller, id);
    return json(services.chat().rules(id));
  }

  /** Takes the place of all rules before. */
  ObjectNode put(PublicKey caller, String id, byte[] body) {
    var _ = owned.find(caller, id);
    Fields fields = Fields.of(body, Set.of("slow_mode_seconds", "pow_bits", "bans"));
    int slow =
        fields.integer("slow_mode_seconds", 0, (int) ChatRules.MAX_SLOW_MODE.toSeconds()).orElse(0);
    int bits = fields.integer("pow_bits", 0, ChatRules.MAX_POW_BITS).orElse(0);
    Map<PublicKey, Optional<Instant>> bans = bans(fields);
    fields.check();
    ChatRules rules = new ChatRules(Duration.ofSeconds(slow), bits, bans);
    services.chat().keep(id, rules);
    return json(rules);
  }

  private static Map<PublicKey, Optional<Instant>> bans(Fields fields) {
    Map<PublicKey, Optional<Instant>> bans = new LinkedHashMap<>();
    JsonNode list = fields.get("bans");
    if (list.isMissingNode()) {
      return bans;
    }
    if (!list.isArray() || list.size() > ChatRules.MAX_BANS) {
      fields.wrong("bans", "is no list of up to " + ChatRules.MAX_BANS);
      return bans;
    }
    for (JsonNode ban : list) {
      JsonNode until = ban.path("until");
      boolean forGood = until.isMissingNode() || until.isNull();
      Optional<Instant> end = forGood ? Optional.empty() : Fields.instant(until.asText());
      if (!forGood && end.isEmpty()) {
        fields.wrong("bans", "holds an until that " + Fields.NO_TIME);
      }
      ban.fieldNames()
          .forEachRemaining(field -> {
            if (!OF_BAN.contains(field)) {
              fields.wrong("bans", "holds a " + field + " that is not known");
            }
          });
      try {
        bans.put(PublicKey.parse(ban.path("pubkey").asText("")), end);
      } catch (InvalidEvent e) {
        fields.wrong("bans", "holds a pubkey that is none: " + ban.path("pubkey").asText(""));
      }
    }
    return bans;
  }

  private static ObjectNode json(ChatRules rules) {
    ObjectNode json = JSON.createObjectNode();
    json.put("slow_mode_seconds", rules.slowMode().toSeconds());
    json.put("pow_bits", rules.powBits());
    ArrayNode bans = json.putArray("bans");
    Map<String, Optional<Instant>> sorted = new TreeMap<>();
    rules.bans().forEach((who, until) -> sorted.put(who.hex(), until));
    sorted.forEach((hex, until) ->
        bans.addObject()
            .put("pubkey", hex)
            .put("npub", PublicKey.parse(hex).npub())
            .put("until", until.map(Instant::toString).orElse(null)));
    return json;
  }
}
