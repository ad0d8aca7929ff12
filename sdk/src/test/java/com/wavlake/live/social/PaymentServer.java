package com.wavlake.live.social;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.nostr.Tag;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;

/**
 * A payment server for tests: speaks LNURL, writes invoices that nobody can pay, signs receipts as
 * if they had been paid.
 */
public final class PaymentServer implements AutoCloseable {
  private final MockWebServer server = new MockWebServer();
  private final KeySigner key = KeySigner.of(SecretKey.generate());
  private volatile boolean makesReceipts = true;
  private volatile long overcharge;
  private volatile String suffix = "";

  /** Starts on a free port. */
  public PaymentServer() throws IOException {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            return new MockResponse.Builder().body(answer(request)).build();
          }
        });
    server.start();
  }

  /** The lightning address of somebody here. */
  public String addressOf(String name) {
    return name + "@127.0.0.1:" + server.getPort();
  }

  /** Who signs its receipts. */
  public KeySigner key() {
    return key;
  }

  /** From now on it takes payments without Nostr. */
  public void makeNoReceipts() {
    makesReceipts = false;
  }

  /** From now on invoices are not for what was asked. */
  public void chargeForSomethingElse() {
    suffix = " and more";
  }

  /** From now on invoices are for so many millisats more. */
  public void overcharge(long millisats) {
    overcharge = millisats;
  }

  private String answer(RecordedRequest request) {
    String base = "http://127.0.0.1:" + server.getPort();
    String path = Objects.requireNonNull(request.getUrl()).encodedPath();
    if (path.startsWith("/.well-known/lnurlp/")) {
      return "{\"callback\":\""
          + base
          + "/pay?id=1\",\"minSendable\":1000,\"maxSendable\":100000000,\"allowsNostr\":"
          + makesReceipts
          + ",\"nostrPubkey\":\""
          + key.publicKey()
          + "\",\"tag\":\"payRequest\"}";
    }
    String nostr = Objects.requireNonNull(request.getUrl().queryParameter("nostr"));
    long amount = Long.parseLong(Objects.requireNonNull(request.getUrl().queryParameter("amount")));
    if (amount == 13_000) {
      return "{\"status\":\"ERROR\",\"reason\":\"unlucky\"}";
    }
    return "{\"pr\":\"" + invoice(amount + overcharge, nostr + suffix) + "\"}";
  }

  /** The receipt for a request, as if it had been paid. */
  public Event receipt(Event request, long millisats, long createdAt) {
    return receipt(request, millisats, createdAt, key);
  }

  /** The same, signed by somebody else. */
  public static Event receipt(Event request, long millisats, long createdAt, KeySigner signer) {
    List<Tag> tags = new ArrayList<>();
    for (String name : List.of("p", "a", "e")) {
      request.tags(name).forEach(tag -> tags.add(Tag.of(name, tag.value())));
    }
    tags.add(Tag.of("P", request.author().hex()));
    tags.add(Tag.of("bolt11", invoice(millisats, request.toJson())));
    tags.add(Tag.of("description", request.toJson()));
    return signer.sign(new EventTemplate(createdAt, Kind.ZAP_RECEIPT, tags, ""));
  }

  /** A BOLT 11 invoice: amount, timestamp, description hash, and a signature of zeros. */
  static String invoice(long millisats, String description) {
    List<Byte> words = new ArrayList<>();
    addWords(words, 1_700_000_000L, 7);
    words.add((byte) 23);
    addWords(words, 52, 2);
    int bits = 0;
    int held = 0;
    for (byte b : sha256(description)) {
      held = held << 8 | b & 0xff;
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        words.add((byte) (held >> bits & 31));
      }
      held &= (1 << bits) - 1;
    }
    words.add((byte) (held << 5 - bits & 31));
    for (int i = 0; i < 104; i++) {
      words.add((byte) 0);
    }
    byte[] five = new byte[words.size()];
    for (int i = 0; i < five.length; i++) {
      five[i] = words.get(i);
    }
    try {
      return nostr.crypto.bech32.Bech32.encode(
          nostr.crypto.bech32.Bech32.Encoding.BECH32, "lnbc" + millisats * 10 + "p", five);
    } catch (Exception e) { // nostr-java declares nothing narrower
      throw new IllegalStateException(e);
    }
  }

  private static void addWords(List<Byte> words, long value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      words.add((byte) (value >> 5 * i & 31));
    }
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
