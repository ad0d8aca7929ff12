package com.wavlake.live.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.Signer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A signer elsewhere, asked over relays (NIP-46): its user's key never comes here. Calls block
 * until the user has agreed, or for the timeout. It signs events and encrypts; it makes no proofs
 * of participation. Safe for use by many threads.
 */
public final class RemoteSigner implements Signer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Logger log = LoggerFactory.getLogger(RemoteSigner.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final RemoteCalls calls;
  private final PublicKey signer;
  private final PublicKey user;

  private RemoteSigner(RemoteCalls calls, PublicKey signer, PublicKey user) {
    this.calls = calls;
    this.signer = signer;
    this.user = user;
  }

  /**
   * How a remote signer is asked.
   *
   * @param timeout for each answer
   * @param authTimeout for an answer after the user was sent to a web page
   * @param onAuthUrl told the web page where the user is to agree
   * @param name what the user sees of this client
   * @param permissions asked for when connecting, such as {@code sign_event:30311}; may be empty
   * @param relays how the relays are connected to
   */
  public record Settings(
      Duration timeout,
      Duration authTimeout,
      Consumer<String> onAuthUrl,
      String name,
      List<String> permissions,
      RelaySettings relays) {
    /** Copies the permissions. */
    public Settings {
      permissions = List.copyOf(permissions);
    }

    /** A minute for an answer, five after a web page. */
    public static Settings named(String name, Consumer<String> onAuthUrl) {
      return new Settings(
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          onAuthUrl,
          name,
          List.of(),
          RelaySettings.DEFAULT);
    }

    /** With another timeout for each answer. */
    public Settings timeout(Duration newTimeout) {
      return new Settings(newTimeout, authTimeout, onAuthUrl, name, permissions, relays);
    }

    /** Asking for these permissions. */
    public Settings permissions(List<String> newPermissions) {
      return new Settings(timeout, authTimeout, onAuthUrl, name, newPermissions, relays);
    }
  }

  /**
   * Connects to a signer that gave out a {@code bunker://} address.
   *
   * @param clientKey this client's transport key, new or kept; in use until the signer is closed,
   *     and not wiped by it
   * @throws LiveException when it refuses, answers with a wrong secret, or not at all
   */
  public static RemoteSigner connect(BunkerUri bunker, SecretKey clientKey, Settings settings) {
    RemoteCalls calls =
        new RemoteCalls(clientKey, bunker.relays(), settings, (from, answer) -> false);
    try {
      String secret = bunker.secret().orElse("");
      String metadata = JSON.createObjectNode().put("name", settings.name()).toString();
      List<String> params =
          List.of(
              bunker.signer().hex(), secret, String.join(",", settings.permissions()), metadata);
      String result = calls.call(bunker.signer(), "connect", params);
      if (!result.equals("ack") && (secret.isEmpty() || !isSame(result, secret))) {
        throw new LiveException(Category.UNAUTHORIZED, "the remote signer answered another secret");
      }
      return settled(calls, bunker.signer(), settings);
    } catch (RuntimeException e) {
      calls.close();
      throw e;
    }
  }

  /**
   * Takes up a connection that was made before; the user is not asked again.
   *
   * @throws LiveException when none of its relays can be reached
   */
  public static RemoteSigner resume(RemoteSession session, Settings settings) {
    RemoteCalls calls =
        new RemoteCalls(session.clientKey(), session.relays(), settings, (from, answer) -> false);
    try {
      calls.requireListening();
      return new RemoteSigner(calls, session.signer(), session.user());
    } catch (RuntimeException e) {
      calls.close();
      throw e;
    }
  }

  /**
   * Invites a signer: the user shows {@link Invitation#uri} to it, and it connects.
   *
   * @param clientKey this client's transport key, new or kept; in use until the signer is closed,
   *     and not wiped by it
   * @param relays where to meet
   */
  public static Invitation invite(SecretKey clientKey, List<String> relays, Settings settings) {
    return new Invitation(clientKey, relays, settings);
  }

  /** A {@code nostrconnect://} address, and whoever answers to it. */
  public static final class Invitation implements AutoCloseable {
    private final RemoteCalls calls;
    private final Settings settings;
    private final String secret;
    private final String uri;
    private final CompletableFuture<PublicKey> guest = new CompletableFuture<>();
    private volatile boolean handedOut;

    private Invitation(SecretKey clientKey, List<String> relays, Settings settings) {
      byte[] random = new byte[16];
      RANDOM.nextBytes(random);
      this.secret = HexFormat.of().formatHex(random);
      this.settings = settings;
      StringBuilder text = new StringBuilder("nostrconnect://").append(clientKey.publicKey());
      char separator = '?';
      for (String relay : relays) {
        text.append(separator).append("relay=").append(encode(relay));
        separator = '&';
      }
      text.append("&secret=").append(secret).append("&name=").append(encode(settings.name()));
      if (!settings.permissions().isEmpty()) {
        text.append("&perms=").append(encode(String.join(",", settings.permissions())));
      }
      this.uri = text.toString();
      this.calls =
          new RemoteCalls(
              clientKey,
              relays,
              settings,
              (from, answer) ->
                  isSame(answer.result(), secret) // anybody may answer: the secret alone is proof
                      && guest.complete(from));
    }

    /** What to show to the signer, as text or as a QR code. It holds the secret. */
    public String uri() {
      return uri;
    }

    /**
     * Waits until a signer has connected with the right secret.
     *
     * @throws LiveException TIMED_OUT when none did in time
     */
    public RemoteSigner await(Duration timeout) {
      calls.requireListening();
      try {
        PublicKey signer = guest.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        RemoteSigner connected = settled(calls, signer, settings);
        handedOut = true;
        return connected;
      } catch (TimeoutException e) {
        throw new LiveException(Category.TIMED_OUT, "no remote signer has connected", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new LiveException(Category.TIMED_OUT, "remote signer: interrupted", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e); // nobody completes it so
      }
    }

    /** Waits no longer. A signer that {@link #await} has returned stays. */
    @Override
    public void close() {
      if (!handedOut) {
        calls.close();
      }
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static boolean isSame(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  /** Goes where the signer wants to be asked, and learns whose it is. */
  private static RemoteSigner settled(RemoteCalls calls, PublicKey signer, Settings settings) {
    RemoteCalls here = switched(calls, signer, settings);
    try {
      PublicKey user = PublicKey.parse(here.call(signer, "get_public_key", List.of()));
      return new RemoteSigner(here, signer, user);
    } catch (RuntimeException e) {
      here.close();
      throw e;
    }
  }

  private static RemoteCalls switched(RemoteCalls calls, PublicKey signer, Settings settings) {
    List<String> urls = new ArrayList<>();
    try {
      JsonNode answer = JSON.readTree(calls.call(signer, "switch_relays", List.of()));
      answer.forEach(url -> urls.add(url.asText()));
      urls.removeIf(url -> !RelayConnection.isRelayUrl(url));
      if (urls.isEmpty() || urls.equals(calls.relayUrls())) {
        return calls;
      }
    } catch (LiveException | JsonProcessingException notOffered) {
      log.debug("the remote signer keeps its relays: {}", notOffered.getMessage());
      return calls;
    }
    RemoteCalls next;
    try {
      next = new RemoteCalls(calls.clientKey(), urls, settings, (from, answer) -> false);
    } catch (LiveException notAllowed) {
      return calls;
    }
    try {
      next.requireListening();
    } catch (LiveException unreachable) {
      next.close();
      return calls;
    }
    calls.close();
    return next;
  }

  /** What to keep for {@link #resume}. */
  public RemoteSession session() {
    return new RemoteSession(calls.clientKey(), signer, user, calls.relayUrls());
  }

  @Override
  public PublicKey publicKey() {
    return user;
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(Capability.NIP44);
  }

  @Override
  public Event sign(EventTemplate template) {
    Event event = Event.parse(calls.call(signer, "sign_event", List.of(template.toJson())));
    if (!event.author().equals(user) || !event.template().equals(template) || !event.verify()) {
      throw new LiveException(
          Category.REFUSED, "the remote signer signed something else than it was asked to");
    }
    return event;
  }

  @Override
  public String nip44Encrypt(PublicKey peer, String plaintext) {
    return calls.call(signer, "nip44_encrypt", List.of(peer.hex(), plaintext));
  }

  @Override
  public String nip44Decrypt(PublicKey peer, String payload) {
    return calls.call(signer, "nip44_decrypt", List.of(peer.hex(), payload));
  }

  /**
   * Asks whether it is there.
   *
   * @throws LiveException when it is not
   */
  public void ping() {
    var unused = calls.call(signer, "ping", List.of());
  }

  /** Tells the signer that this session is over, and closes; a signer may not care. */
  public void logout() {
    try {
      var unused = calls.call(signer, "logout", List.of());
    } catch (LiveException e) {
      log.debug("the remote signer did not confirm the logout: {}", e.getMessage());
    } finally {
      close();
    }
  }

  /** Lets go of the relays; the session can be resumed. */
  @Override
  public void close() {
    calls.close();
  }
}
