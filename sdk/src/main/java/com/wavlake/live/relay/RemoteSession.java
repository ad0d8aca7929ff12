package com.wavlake.live.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import java.util.ArrayList;
import java.util.List;

/**
 * What to keep of a connection to a remote signer, so that the user is not asked again (NIP-46). It
 * holds the client's secret key: keep it as carefully as a password. {@link #toString} shows none
 * of that.
 *
 * @param clientKey this client's transport key
 * @param signer the remote signer's transport key
 * @param user whose events it signs
 * @param relays where the two meet
 */
public record RemoteSession(
    SecretKey clientKey, PublicKey signer, PublicKey user, List<String> relays) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Copies the relays. */
  public RemoteSession {
    relays = List.copyOf(relays);
  }

  /** One JSON object, the secret within. */
  public String exportJson() {
    ObjectNode json =
        JSON.createObjectNode()
            .put("client_key", clientKey.nsec())
            .put("signer", signer.hex())
            .put("user", user.hex());
    relays.forEach(json.putArray("relays")::add);
    return json.toString();
  }

  /**
   * Reads what {@link #exportJson} wrote.
   *
   * @throws InvalidEvent when it is something else; the message does not repeat it
   */
  public static RemoteSession parse(String json) {
    JsonNode node;
    try {
      node = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidEvent("session", "not JSON");
    }
    List<String> relays = new ArrayList<>();
    node.path("relays").forEach(relay -> relays.add(relay.asText()));
    return new RemoteSession(
        SecretKey.parse(node.path("client_key").asText("")),
        PublicKey.parse(node.path("signer").asText("")),
        PublicKey.parse(node.path("user").asText("")),
        relays);
  }

  @Override
  public String toString() {
    return "RemoteSession[signer=" + signer + ", user=" + user + ", relays=" + relays + "]";
  }
}
