package com.wavlake.live.nostr;

import java.util.Arrays;

/** The SHA-256 of an event's canonical form (NIP-01): what an event is called. Immutable. */
public final class EventId extends Bytes32 implements Comparable<EventId> {
  private EventId(byte[] bytes) {
    super(bytes, "id");
  }

  /**
   * Of 32 bytes.
   *
   * @throws InvalidEvent when there are more or fewer
   */
  public static EventId of(byte[] bytes) {
    return new EventId(bytes.clone());
  }

  /**
   * Reads 64 lower-case hex digits or {@code note1…}, with or without {@code nostr:}.
   *
   * @throws InvalidEvent when the text is neither
   */
  public static EventId parse(String text) {
    return new EventId(parse(text, "note", "id"));
  }

  /** NIP-19: {@code note1…}. */
  public String note() {
    return Bech32.encode("note", bytes());
  }

  /** By unsigned bytes, which is the order of the hex texts. */
  @Override
  public int compareTo(EventId other) {
    return Arrays.compareUnsigned(bytes(), other.bytes());
  }
}
