package com.wavlake.live.relay;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A remote signer for tests: NIP-46 for one user, with a transport key of its own. */
public final class Bunker implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KeySigner transport = KeySigner.of(SecretKey.generate());
  private final KeySigner user;
  private final RelayPool pool;
  private final String relay;
  private final List<String> listening = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Function<Event, Event> sabotage = event -> event;
  private volatile String connectAnswer = "ack";
  private volatile String authUrl = "";
  private volatile String movesTo = "";
  private volatile boolean silent;
  private volatile int webPages = 1;

  /** Listens on a relay; it owns no key of the user's but this one. */
  public Bunker(String relay, KeySigner user) {
    this.relay = relay;
    this.user = user;
    this.pool = RelayPool.connect(relay);
    pool.subscribe(
        List.of(Filter.kinds(Kind.REMOTE_SIGNING).tagged("p", transport.publicKey().hex())),
        new SubscriptionListener() {
          @Override
          public void onEvent(Event event) {
            Bunker.this.asked(event);
          }

          @Override
          public void onEndOfStored(String url) {
            listening.add(url);
          }
        });
    await().until(() -> listening.contains(relay)); // what comes before is not stored
  }

  /** Its address, with that secret. */
  public String uri(String secret) {
    return "bunker://" + transport.publicKey() + "?relay=" + relay + "&secret=" + secret;
  }

  /** What it was asked, in order: method names. */
  public List<String> asked() {
    return asked;
  }

  /** What it answers to {@code connect} from now on. */
  public void answerConnect(String result) {
    connectAnswer = result;
  }

  /** From now on it sends its user to a web page before it signs. */
  public void demandWebPage(String url) {
    authUrl = url;
  }

  /** And says so twice. */
  public void demandItTwice() {
    webPages = 2;
  }

  /** From now on it wants to be asked on another relay, where it listens too. */
  public void moveTo(String url) {
    movesTo = url;
    pool.add(url);
    await().until(() -> listening.contains(url));
  }

  /** From now on it answers nothing. */
  public void fallSilent() {
    silent = true;
  }

  /** From now on it does this to what it signs. */
  public void sabotage(Function<Event, Event> how) {
    sabotage = how;
  }

  /** Connects to a client that invited it, showing that secret. */
  public void accept(PublicKey client, String secret) {
    answer(client, JSON.createObjectNode().put("id", "x1").put("result", secret));
  }

  private void asked(Event event) {
    try {
      JsonNode request = JSON.readTree(transport.nip44Decrypt(event.author(), event.content()));
      String method = request.path("method").asText();
      asked.add(method);
      if (silent) {
        return;
      }
      ObjectNode answer = JSON.createObjectNode().put("id", request.path("id").asText());
      for (int i = 0; i < webPages && method.equals("sign_event") && !authUrl.isEmpty(); i++) {
        answer(event.author(), answer.deepCopy().put("result", "auth_url").put("error", authUrl));
      }
      answer(event.author(), result(answer, method, request.path("params")));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private ObjectNode result(ObjectNode answer, String method, JsonNode params) {
    PublicKey peer =
        params.path(0).asText().length() == 64
            ? PublicKey.parse(params.path(0).asText())
            : user.publicKey();
    return switch (method) {
      case "connect" -> answer.put("result", connectAnswer);
      case "get_public_key" -> answer.put("result", user.publicKey().hex());
      case "ping" -> answer.put("result", "pong");
      case "logout" -> answer.put("result", "ack");
      case "switch_relays" ->
          movesTo.isEmpty()
              ? answer.putNull("result")
              : answer.put("result", "[\"" + movesTo + "\"]");
      case "sign_event" -> {
        EventTemplate template = EventTemplate.parse(params.path(0).asText(), 0);
        yield template.content().equals("refuse me")
            ? answer.put("result", "").put("error", "the user said no")
            : answer.put("result", sabotage.apply(user.sign(template)).toJson());
      }
      case "nip44_encrypt" ->
          answer.put("result", user.nip44Encrypt(peer, params.path(1).asText()));
      case "nip44_decrypt" ->
          answer.put("result", user.nip44Decrypt(peer, params.path(1).asText()));
      default -> answer.put("result", "").put("error", "unknown method");
    };
  }

  private void answer(PublicKey client, ObjectNode answer) {
    Event event =
        transport.sign(
            new EventTemplate(
                Instant.now().getEpochSecond(),
                Kind.REMOTE_SIGNING,
                List.of(Tag.of("p", client.hex())),
                transport.nip44Encrypt(client, answer.toString())));
    pool.publish(event, Duration.ofSeconds(5)).requireAccepted(1);
  }

  @Override
  public void close() {
    pool.close();
  }
}
