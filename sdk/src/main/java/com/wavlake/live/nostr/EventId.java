package com.wavlake.live.nostr;

import java.util.Arrays;

/** The SHA-256 of an event's canonical form (NIP-01): what an event is called. Immutable. */
public final class EventId implements Comparable<EventId> {
  /** Its size in bytes. */
  public static final int BYTES = 32;

  private final byte[] bytes;

  private EventId(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Of 32 bytes.
   *
   * @throws InvalidEvent when there are more or fewer
   */
  public static EventId of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new InvalidEvent("id", bytes.length + " bytes, not " + BYTES);
    }
    return new EventId(bytes.clone());
  }

  /**
   * Reads 64 lower-case hex digits or {@code note1…}, with or without {@code nostr:}.
   *
   * @throws InvalidEvent when the text is neither
   */
  public static EventId parse(String text) {
    return text.length() == 2 * BYTES
        ? new EventId(Hex.parse(text, BYTES, "id"))
        : new EventId(Nip19.decode32("note", text));
  }

  /** 64 lower-case hex digits. */
  public String hex() {
    return Hex.of(bytes);
  }

  /** NIP-19: {@code note1…}. */
  public String note() {
    return Nip19.encode("note", bytes);
  }

  /** A copy of the 32 bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** The bytes themselves, for this package's hot paths. */
  byte[] bytes() {
    return bytes;
  }

  /** By unsigned bytes, which is the order of the hex texts. */
  @Override
  public int compareTo(EventId other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof EventId other && Arrays.equals(bytes, other.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return hex();
  }
}
