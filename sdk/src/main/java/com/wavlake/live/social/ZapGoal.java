package com.wavlake.live.social;

import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.EventTemplate;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.nostr.Tag;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Something to raise money for, kind 9041 (NIP-75).
 *
 * @param event the whole event
 * @param title what for
 * @param targetMillisats how much
 * @param relays where its zaps are counted
 * @param closedAt when counting ends
 */
public record ZapGoal(
    Event event,
    String title,
    long targetMillisats,
    List<String> relays,
    Optional<Instant> closedAt) {
  /** Copies the relays. */
  public ZapGoal {
    relays = List.copyOf(relays);
  }

  /**
   * Reads an event of kind 9041.
   *
   * @throws InvalidEvent naming the tag at fault
   */
  public static ZapGoal parse(Event event) {
    if (event.kind() != Kind.ZAP_GOAL) {
      throw new InvalidEvent("kind", event.kind() + " is not " + Kind.ZAP_GOAL);
    }
    OptionalLong target = ZapRequest.amount(event);
    if (target.isEmpty() || target.getAsLong() <= 0) {
      throw new InvalidEvent("amount", "is missing: the target in millisats");
    }
    List<String> relays =
        event.tags("relays").flatMap(tag -> tag.values().stream().skip(1)).toList();
    if (relays.isEmpty()) {
      throw new InvalidEvent("relays", "are missing: where zaps are counted");
    }
    try {
      Optional<Instant> closed =
          event
              .tag("closed_at")
              .map(tag ->
                  Instant.ofEpochSecond(Integer.parseUnsignedInt(tag.value()) & 0xffffffffL));
      return new ZapGoal(event, event.content(), target.getAsLong(), relays, closed);
    } catch (NumberFormatException e) {
      throw new InvalidEvent("closed_at", "is no time");
    }
  }

  /**
   * What to sign.
   *
   * @param stream what it is for
   */
  public static EventTemplate of(
      String title,
      long targetMillisats,
      List<String> relays,
      Optional<EventAddress> stream,
      Optional<Instant> closedAt,
      Instant now) {
    if (targetMillisats <= 0) {
      throw new InvalidEvent("amount", targetMillisats + " millisats is no goal");
    }
    if (relays.isEmpty()) {
      throw new InvalidEvent("relays", "are missing: where zaps are counted");
    }
    List<Tag> tags = new ArrayList<>();
    tags.add(Tag.of("amount", Long.toString(targetMillisats)));
    tags.add(Tag.of("relays", relays.toArray(String[]::new)));
    stream.ifPresent(address -> tags.add(Tag.of("a", address.coordinate())));
    closedAt.ifPresent(when -> tags.add(Tag.of("closed_at", Long.toString(when.getEpochSecond()))));
    return new EventTemplate(now.getEpochSecond(), Kind.ZAP_GOAL, tags, title);
  }

  /**
   * How much was raised, in millisats: each receipt once, those to this goal and not published
   * after it closed.
   *
   * @param receipts that count, see {@link ZapReceipt#requireBy}
   */
  public long raised(Collection<ZapReceipt> receipts) {
    return receipts.stream()
        .collect(
            Collectors.toMap(zap -> zap.event().id(), Function.identity(), (same, again) -> same))
        .values()
        .stream()
        .filter(zap -> zap.request().target().equals(Optional.of(event.id())))
        .filter(
            zap -> closedAt.isEmpty() || zap.event().createdAt() <= closedAt.get().getEpochSecond())
        .mapToLong(ZapReceipt::amountMillisats)
        .sum();
  }
}
