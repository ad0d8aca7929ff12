package com.wavlake.live.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Filter;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests to a remote signer and its answers, as encrypted events of kind 24133 (NIP-46). It
 * listens before it asks: these events are not stored.
 */
final class RemoteCalls implements AutoCloseable {
  private static final int MAX_WAITING = 64;
  private static final int MAX_ANSWERS = 4;
  private static final Duration LISTENING = Duration.ofSeconds(10);
  private static final Duration CLOCKS_APART = Duration.ofMinutes(10);
  private static final int MAX_WEB_PAGES = 3;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger log = LoggerFactory.getLogger(RemoteCalls.class);

  private final SecretKey clientKey;
  private final KeySigner client;
  private final RelayPool relays;
  private final RemoteSigner.Settings settings;
  private final BiPredicate<PublicKey, Answer> unasked;
  private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final CountDownLatch listening = new CountDownLatch(1);
  private final Subscription subscription;

  /**
   * What came back: a result, or an error in the signer's words; or the request never got there.
   */
  record Answer(String id, String result, String error, Optional<LiveException> failure) {}

  /** A signer that sends its user to a web page answers twice, perhaps in a row. */
  private record Waiting(PublicKey signer, BlockingQueue<Answer> answers) {}

  /**
   * Starts listening.
   *
   * @param unasked hears answers to nothing, which is how an invited signer connects
   */
  RemoteCalls(
      SecretKey clientKey,
      Collection<String> relayUrls,
      RemoteSigner.Settings settings,
      BiPredicate<PublicKey, Answer> unasked) {
    this.clientKey = clientKey;
    this.client = KeySigner.of(clientKey);
    this.settings = settings;
    this.unasked = unasked;
    this.relays = RelayPool.connect(relayUrls, settings.relays());
    Filter filter =
        Filter.kinds(Kind.REMOTE_SIGNING)
            .tagged("p", clientKey.publicKey().hex())
            .since(Instant.now().minus(CLOCKS_APART).getEpochSecond());
    this.subscription = relays.subscribe(List.of(filter), new Answers());
  }

  SecretKey clientKey() {
    return clientKey;
  }

  List<String> relayUrls() {
    return relays.urls();
  }

  void requireListening() {
    try {
      if (!listening.await(LISTENING.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LiveException(
            Category.UNREACHABLE,
            "remote signer: none of its relays answers: " + relays.urls() + " " + refusals);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LiveException(Category.TIMED_OUT, "remote signer: interrupted", e);
    }
  }

  /**
   * Asks and waits.
   *
   * @throws LiveException REFUSED in the signer's words; TIMED_OUT; UNREACHABLE
   */
  String call(PublicKey signer, String method, List<String> params) {
    requireListening();
    if (waiting.size() >= MAX_WAITING) {
      throw new LiveException(
          Category.CONFLICT, MAX_WAITING + " requests wait for the remote signer already");
    }
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    String id = HexFormat.of().formatHex(random);
    BlockingQueue<Answer> answers = new ArrayBlockingQueue<>(MAX_ANSWERS);
    waiting.put(id, new Waiting(signer, answers));
    try {
      ObjectNode request = JSON.createObjectNode().put("id", id).put("method", method);
      params.forEach(request.putArray("params")::add);
      Event event = sealed(signer, request.toString());
      Thread.ofVirtual() // a relay that is slow to say OK does not keep the answer waiting
          .name("remote-signer-send")
          .start(() -> send(event, id, answers));
      return result(method, answers);
    } finally {
      waiting.remove(id);
    }
  }

  private String result(String method, BlockingQueue<Answer> answers) {
    Answer answer = await(method, answers, settings.timeout());
    for (int i = 0; i < MAX_WEB_PAGES && answer.result().equals("auth_url"); i++) {
      if (answer.error().startsWith("https://") || answer.error().startsWith("http://")) {
        settings.onAuthUrl().accept(answer.error());
      }
      answer = await(method, answers, settings.authTimeout());
    }
    if (answer.failure().isPresent()) {
      LiveException why = answer.failure().get();
      throw new LiveException(why.category(), why.getMessage(), why);
    }
    if (!answer.error().isEmpty()) {
      throw new LiveException(
          Category.REFUSED, "the remote signer refused " + method + ": " + answer.error());
    }
    return answer.result();
  }

  private static Answer await(String method, BlockingQueue<Answer> answers, Duration timeout) {
    try {
      Answer answer = answers.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (answer == null) {
        throw new LiveException(
            Category.TIMED_OUT,
            "the remote signer did not answer " + method + " within " + timeout.toSeconds() + " s");
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LiveException(Category.TIMED_OUT, "remote signer: interrupted", e);
    }
  }

  private Event sealed(PublicKey signer, String request) {
    return client.sign(
        new EventTemplate(
            Instant.now().getEpochSecond(),
            Kind.REMOTE_SIGNING,
            List.of(Tag.of("p", signer.hex())),
            clientKey.nip44Encrypt(signer, request)));
  }

  private void send(Event event, String id, BlockingQueue<Answer> answers) {
    try {
      var unused = relays.publish(event, settings.timeout()).requireAccepted(1);
    } catch (LiveException e) {
      var unused = answers.offer(new Answer(id, "", "", Optional.of(e)));
    }
  }

  @Override
  public void close() {
    subscription.close();
    relays.close();
  }

  private final class Answers implements SubscriptionListener {
    @Override
    public void onEvent(Event event) {
      try {
        JsonNode json = JSON.readTree(clientKey.nip44Decrypt(event.author(), event.content()));
        Answer answer =
            new Answer(
                json.path("id").asText(""),
                json.path("result").asText(""),
                json.path("error").asText(""),
                Optional.empty());
        Waiting asked = waiting.get(answer.id());
        boolean taken =
            asked != null && asked.signer().equals(event.author())
                ? asked.answers().offer(answer)
                : unasked.test(event.author(), answer);
        if (!taken) {
          log.debug("an answer that nobody waits for, by {}", event.author());
        }
      } catch (LiveException | JsonProcessingException e) {
        log.debug("an unreadable answer by {}", event.author());
      }
    }

    @Override
    public void onEndOfStored(String relay) {
      listening.countDown();
    }

    @Override
    public void onClosed(String relay, String reason) {
      refusals.put(relay, reason);
    }
  }
}
