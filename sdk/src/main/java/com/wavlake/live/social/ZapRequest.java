package com.wavlake.live.social;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventId;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.PublicKey;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What somebody wants to pay for, kind 9734 (NIP-57). It goes to a payment server, never to relays.
 *
 * @param event the whole event, verified
 * @param recipient who is paid
 * @param amountMillisats how much; empty when it does not say
 * @param target the event that is zapped, a goal for one
 * @param stream the stream that is zapped
 * @param relays where the receipt is to be published
 */
public record ZapRequest(
    Event event,
    PublicKey recipient,
    OptionalLong amountMillisats,
    Optional<EventId> target,
    Optional<EventAddress> stream,
    List<String> relays) {
  /** Copies the relays. */
  public ZapRequest {
    relays = List.copyOf(relays);
  }

  /**
   * Reads and verifies an event of kind 9734 by the rules that a payment server has to follow
   * (NIP-57, appendix D).
   *
   * @throws InvalidEvent naming the part at fault
   */
  public static ZapRequest parse(Event event) {
    if (event.kind() != Kind.ZAP_REQUEST) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.ZAP_REQUEST);
    }
    if (event.tags("p").count() != 1) {
      throw new InvalidEvent("p", event.tags("p").count() + " tags, not one");
    }
    if (event.tags("e").count() > 1) {
      throw new InvalidEvent("e", event.tags("e").count() + " tags, at most one is allowed");
    }
    if (!event.verify()) {
      throw new InvalidEvent("sig", "id or signature is wrong");
    }
    return new ZapRequest(
        event,
        PublicKey.parse(event.tag("p").map(Tag::value).orElse("")),
        amount(event),
        event.tag("e").map(tag -> EventId.parse(tag.value())),
        event.tag("a").map(tag -> EventAddress.parse(tag.value())),
        event.tags("relays").flatMap(tag -> tag.values().stream().skip(1)).toList());
  }

  static OptionalLong amount(Event event) {
    try {
      return event
          .tag("amount")
          .map(tag -> OptionalLong.of(Long.parseLong(tag.value())))
          .orElseGet(OptionalLong::empty);
    } catch (NumberFormatException e) {
      throw new InvalidEvent("amount", "is no number of millisats");
    }
  }

  /** Who wants to pay. */
  public PublicKey sender() {
    return event.author();
  }

  /** What they say with it; may be empty. */
  public String comment() {
    return event.content();
  }

  /** Starts a request to pay {@code recipient} so much. */
  public static Draft to(PublicKey recipient, long amountMillisats) {
    return new Draft(recipient, amountMillisats);
  }

  /** A request before it is signed. */
  public static final class Draft {
    private final PublicKey recipient;
    private final long amountMillisats;
    private final List<Tag> more = new ArrayList<>();
    private List<String> relays = List.of();
    private String comment = "";

    private Draft(PublicKey recipient, long amountMillisats) {
      if (amountMillisats <= 0) {
        throw new InvalidEvent("amount", amountMillisats + " millisats is nothing to pay");
      }
      this.recipient = recipient;
      this.amountMillisats = amountMillisats;
    }

    /** For a stream; its relay hints are where the receipt goes, unless told otherwise. */
    public Draft stream(EventAddress stream) {
      more.removeIf(tag -> tag.name().equals("a") || tag.name().equals("k"));
      more.add(Tag.of("a", stream.coordinate()));
      more.add(Tag.of("k", Integer.toString(stream.kind())));
      return relays.isEmpty() ? relays(stream.relays()) : this;
    }

    /** Towards a goal (NIP-75): the receipt goes to the goal's relays. */
    public Draft goal(ZapGoal goal) {
      more.removeIf(tag -> tag.name().equals("e"));
      more.add(Tag.of("e", goal.event().id().hex()));
      return relays(goal.relays());
    }

    /** Where the receipt is to be published. */
    public Draft relays(List<String> urls) {
      relays = List.copyOf(urls);
      return this;
    }

    /** By way of this payment server. */
    public Draft via(Lnurl.Provider provider) {
      more.removeIf(tag -> tag.name().equals("lnurl"));
      more.add(Tag.of("lnurl", provider.lnurl()));
      return this;
    }

    /** Words to go with it. */
    public Draft comment(String text) {
      comment = text;
      return this;
    }

    /**
     * What to sign.
     *
     * @throws InvalidEvent when it is not said where the receipt goes
     */
    public EventTemplate toTemplate(Instant now) {
      if (relays.isEmpty()) {
        throw new InvalidEvent("relays", "are missing: the receipt would go nowhere");
      }
      List<Tag> tags = new ArrayList<>();
      tags.add(Tag.of("relays", relays.toArray(String[]::new)));
      tags.add(Tag.of("amount", Long.toString(amountMillisats)));
      tags.add(Tag.of("p", recipient.hex()));
      tags.addAll(more);
      return new EventTemplate(now.getEpochSecond(), Kind.ZAP_REQUEST, tags, comment);
    }
  }
}
