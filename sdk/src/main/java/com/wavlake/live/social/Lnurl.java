package com.wavlake.live.social;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.Bech32;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the servers that take payments for people (LUD-06, LUD-16, NIP-57). Asking blocks. */
public final class Lnurl {
  private static final Pattern ADDRESS =
      Pattern.compile("([a-z0-9._+-]{1,64})@([a-z0-9.-]{1,253}(?::[0-9]{1,5})?)");

  private final WebClient web;
  private final String scheme;

  private Lnurl(WebClient web, String scheme) {
    this.web = web;
    this.scheme = scheme;
  }

  /** Asks over https, and public addresses alone. */
  public static Lnurl standard() {
    return new Lnurl(WebClient.publicOnly(), "https");
  }

  /** Asks over plain http: for servers on this machine, in tests. */
  public static Lnurl local() {
    return new Lnurl(WebClient.anywhere(), "http");
  }

  /**
   * What a payment server says of itself.
   *
   * @param url where it was asked
   * @param callback where invoices are to be had
   * @param minMillisats the least it takes
   * @param maxMillisats the most
   * @param nostrKey who signs its zap receipts; empty when it makes none
   */
  public record Provider(
      String url,
      String callback,
      long minMillisats,
      long maxMillisats,
      Optional<PublicKey> nostrKey) {

    /** The URL as {@code lnurl1…}. */
    public String lnurl() {
      return Bech32.encode("lnurl", url.getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * The server that takes payments for somebody; empty when their profile names none.
   *
   * @throws InvalidEvent when the address or the answer is malformed
   * @throws LiveException when it cannot be asked
   */
  public Optional<Provider> providerOf(Profile profile) {
    return profile
        .lud16()
        .map(this::urlOf)
        .or(() -> profile.lud06().map(Lnurl::decode))
        .map(this::ask);
  }

  private String urlOf(String address) {
    Matcher parts = ADDRESS.matcher(address.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw new InvalidEvent("lud16", address + ": expected name@domain");
    }
    return scheme + "://" + parts.group(2) + "/.well-known/lnurlp/" + parts.group(1);
  }

  private static String decode(String lnurl) {
    return new String(Bech32.decode("lnurl", lnurl), StandardCharsets.UTF_8);
  }

  private Provider ask(String url) {
    ObjectNode answer = answer(web.get(url, Map.of(), "application/json"));
    Optional<PublicKey> key =
        Optional.of(Json.text(answer, "nostrPubkey"))
            .filter(hex -> answer.path("allowsNostr").asBoolean() && hex.length() == 64)
            .map(PublicKey::parse);
    String callback = Json.text(answer, "callback");
    long min = answer.path("minSendable").asLong();
    long max = answer.path("maxSendable").asLong();
    if (callback.isEmpty() || min < 0 || max < min) {
      throw new InvalidEvent("lnurl", url + " answers without callback or limits");
    }
    return new Provider(url, callback, min, max, key);
  }

  /**
   * Sends a signed zap request and gets the invoice to pay, which is for that amount and, where it
   * says for what, for that request.
   *
   * @param request of kind 9734; it goes to the provider, never to relays
   * @return a BOLT 11 invoice
   * @throws LiveException INVALID when the amount is beyond the provider's limits, UNSUPPORTED when
   *     it makes no zap receipts, REFUSED with its own words, or when the invoice is for something
   *     else
   */
  public String invoice(Provider provider, Event request) {
    ZapRequest zap = ZapRequest.parse(request);
    long amount =
        zap.amountMillisats()
            .orElseThrow(() -> new InvalidEvent("amount", "the zap request names none"));
    if (provider.nostrKey().isEmpty()) {
      throw new LiveException(
          Category.UNSUPPORTED, provider.url() + " takes payments, but makes no zap receipts");
    }
    if (amount < provider.minMillisats() || amount > provider.maxMillisats()) {
      throw new InvalidEvent(
          "amount",
          amount + " millisats, not " + provider.minMillisats() + " … " + provider.maxMillisats());
    }
    Map<String, String> query = new LinkedHashMap<>();
    query.put("amount", Long.toString(amount));
    query.put("nostr", request.toJson());
    query.put("lnurl", provider.lnurl());
    String invoice =
        Json.text(answer(web.get(provider.callback(), query, "application/json")), "pr");
    Bolt11 parsed = Bolt11.parse(invoice);
    if (parsed.amountMillisats().orElse(-1) != amount) {
      throw new LiveException(Category.REFUSED, "the invoice is for another amount");
    }
    String expected = Sha256.hex(request.toJson());
    if (parsed.descriptionHash().filter(hash -> !hash.equals(expected)).isPresent()) {
      throw new LiveException(Category.REFUSED, "the invoice is for something else");
    }
    return invoice;
  }

  /** LUD-06: a refusal is an answer with {@code status} ERROR. */
  private static ObjectNode answer(String body) {
    ObjectNode answer = Json.object(body, "lnurl");
    if (Json.text(answer, "status").equalsIgnoreCase("ERROR")) {
      throw new LiveException(Category.REFUSED, "lnurl: " + Json.text(answer, "reason"));
    }
    return answer;
  }
}
