package com.wavlake.live.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a relay says of itself (NIP-11).
 *
 * @param name its name; may be empty
 * @param description for people; may be empty
 * @param software what it runs; may be empty
 * @param version of that; may be empty
 * @param nips which NIPs it knows
 * @param authRequired whether it demands authentication (NIP-42) for everything
 * @param paymentRequired whether it demands payment
 * @param maxMessageBytes the longest frame it takes, where it says
 * @param maxSubscriptions on one connection, where it says
 * @param maxLimit the most stored events a filter gets, where it says
 * @param minPowBits work that events have to prove (NIP-13), where it says
 */
public record RelayInfo(
    String name,
    String description,
    String software,
    String version,
    List<Integer> nips,
    boolean authRequired,
    boolean paymentRequired,
    OptionalInt maxMessageBytes,
    OptionalInt maxSubscriptions,
    OptionalInt maxLimit,
    OptionalInt minPowBits) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the list. */
  public RelayInfo {
    nips = List.copyOf(nips);
  }

  /**
   * Asks a relay.
   *
   * @param url {@code ws://…} or {@code wss://…}
   * @throws LiveException INVALID when it is neither or the answer is malformed; UNREACHABLE,
   *     TIMED_OUT or REFUSED when there is none
   */
  public static RelayInfo of(String url) {
    return of(url, WebClient.anywhere());
  }

  /** Asks a relay through a client of one's own: for relays that strangers name. */
  public static RelayInfo of(String url, WebClient web) {
    if (!RelayConnection.isRelayUrl(url)) {
      throw new LiveException(
          Category.INVALID, "relay URL " + url + ": expected ws://host or wss://host");
    }
    String http = RelayUrl.httpForm(url);
    return parse(web.get(http, Map.of(), "application/nostr+json"));
  }

  /**
   * Reads the document. What is missing or of another type reads as not said.
   *
   * @throws InvalidEvent when it is no JSON object
   */
  public static RelayInfo parse(String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidEvent("relay information", "not JSON: " + e.getOriginalMessage());
    }
    if (!node.isObject()) {
      throw new InvalidEvent("relay information", "no JSON object");
    }
    List<Integer> nips = new ArrayList<>();
    node.path("supported_nips")
        .forEach(nip -> {
          if (nip.isInt()) {
            nips.add(nip.asInt());
          }
        });
    JsonNode limits = node.path("limitation");
    return new RelayInfo(
        node.path("name").asText(""),
        node.path("description").asText(""),
        node.path("software").asText(""),
        node.path("version").asText(""),
        nips,
        limits.path("auth_required").asBoolean(),
        limits.path("payment_required").asBoolean(),
        number(limits, "max_message_length"),
        number(limits, "max_subscriptions"),
        number(limits, "max_limit"),
        number(limits, "min_pow_difficulty"));
  }

  private static OptionalInt number(JsonNode limits, String field) {
    JsonNode value = limits.path(field);
    return value.isInt() && value.asInt() > 0 ? OptionalInt.of(value.asInt()) : OptionalInt.empty();
  }

  /** Whether it says that it knows a NIP. */
  public boolean knows(int nip) {
    return nips.contains(nip);
  }
}
