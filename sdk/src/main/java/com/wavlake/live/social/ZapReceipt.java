package com.wavlake.live.social;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A payment server says that a zap was paid, kind 9735 (NIP-57). Anybody can sign one: it counts
 * only after {@link #requireBy} with the recipient's own payment server.
 *
 * @param event the whole event
 * @param request what was paid for
 * @param amountMillisats how much, by the invoice
 */
public record ZapReceipt(Event event, ZapRequest request, long amountMillisats) {

  /**
   * Reads an event of kind 9735 and checks all that needs nobody else: receipt and request are
   * genuine, invoice and request are for the same amount, the same recipient and the same stream.
   *
   * @throws InvalidEvent naming the part at fault
   */
  public static ZapReceipt parse(Event event) {
    if (event.kind() != Kind.ZAP_RECEIPT) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.ZAP_RECEIPT);
    }
    if (!event.verify()) {
      throw new InvalidEvent("sig", "id or signature is wrong");
    }
    String description = require(event, "description");
    ZapRequest request = request(description);
    Bolt11 invoice = Bolt11.parse(require(event, "bolt11"));
    long paid =
        invoice
            .amountMillisats()
            .orElseThrow(() -> new InvalidEvent("bolt11", "the invoice names no amount"));
    OptionalLong asked = request.amountMillisats();
    if (asked.isPresent() && asked.getAsLong() != paid) {
      throw new InvalidEvent(
          "amount", asked.getAsLong() + " millisats asked for, the invoice is for " + paid);
    }
    requireSame(event, request.event(), "p");
    requireSame(event, request.event(), "a");
    requireSame(event, request.event(), "e");
    return new ZapReceipt(event, request, paid);
  }

  private static ZapRequest request(String description) {
    try {
      return ZapRequest.parse(Event.parse(description));
    } catch (InvalidEvent e) {
      throw new InvalidEvent("description", "the zap request: " + e.getMessage());
    }
  }

  private static String require(Event event, String name) {
    return event
        .tag(name)
        .map(Tag::value)
        .filter(value -> !value.isEmpty())
        .orElseThrow(() -> new InvalidEvent(name, "is missing"));
  }

  private static void requireSame(Event receipt, Event request, String name) {
    Optional<String> here = receipt.tag(name).map(Tag::value);
    Optional<String> there = request.tag(name).map(Tag::value);
    if (!here.equals(there)) {
      throw new InvalidEvent(name, "is another in the receipt than in its request");
    }
  }

  /**
   * This receipt, when the recipient's payment server signed it.
   *
   * @param provider the payment server of {@link #recipient}, see {@link Lnurl#providerOf}
   * @throws InvalidEvent when somebody else signed it, or the request was for another server
   */
  public ZapReceipt requireBy(Lnurl.Provider provider) {
    if (!provider.nostrKey().equals(Optional.of(event.author()))) {
      throw new InvalidEvent("pubkey", "it was not signed by " + provider.url());
    }
    Optional<String> lnurl = request.event().tag("lnurl").map(Tag::value);
    if (lnurl.isPresent() && !lnurl.get().equalsIgnoreCase(provider.lnurl())) {
      throw new InvalidEvent("lnurl", "the request was for another payment server");
    }
    return this;
  }

  /** Who was paid. */
  public PublicKey recipient() {
    return request.recipient();
  }

  /** Who paid, as they say. */
  public PublicKey sender() {
    return request.sender();
  }

  /** What they said with it; may be empty. */
  public String comment() {
    return request.comment();
  }

  /** The stream that it is for. */
  public Optional<EventAddress> stream() {
    return request.stream();
  }

  /** The amount in whole sats, as people count it. */
  public long sats() {
    return amountMillisats / 1_000;
  }
}
