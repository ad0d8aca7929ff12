package com.wavlake.live.nostr;

import com.wavlake.live.crypto.Secp256k1;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A signed event (NIP-01). Immutable. Parsing checks the shape; whether the id and the signature
 * are right is what {@link #verify} says, and whatever comes from outside is verified before it is
 * believed.
 */
public final class Event {
  /** A signature's size in bytes. */
  public static final int SIGNATURE_BYTES = 64;

  private final EventId id;
  private final PublicKey author;
  private final EventTemplate template;
  private final byte[] signature;

  Event(EventId id, PublicKey author, EventTemplate template, byte[] signature) {
    this.id = id;
    this.author = author;
    this.template = template;
    this.signature = signature;
  }

  /**
   * Puts a signature to a template; the id is computed here. Not verified: the signer may be
   * remote.
   */
  public static Event of(EventTemplate template, PublicKey author, byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      throw new InvalidEvent("sig", signature.length + " bytes, not " + SIGNATURE_BYTES);
    }
    return new Event(template.idFor(author), author, template, signature.clone());
  }

  /**
   * Reads an event's JSON object. Unknown fields are ignored, repeated ones refused.
   *
   * @throws InvalidEvent naming the field at fault
   */
  public static Event parse(String json) {
    return EventJson.parseEvent(json);
  }

  /** The id that the event claims. */
  public EventId id() {
    return id;
  }

  /** Who is said to have signed it; the field {@code pubkey}. */
  public PublicKey author() {
    return author;
  }

  /** Seconds since 1970. */
  public long createdAt() {
    return template.createdAt();
  }

  /** 0 … 65535, see {@link Kind}. */
  public int kind() {
    return template.kind();
  }

  /** In order, unmodifiable. */
  public List<Tag> tags() {
    return template.tags();
  }

  /** Text. */
  public String content() {
    return template.content();
  }

  /** All that was signed. */
  public EventTemplate template() {
    return template;
  }

  /** 128 lower-case hex digits. */
  public String sig() {
    return Hex.of(signature);
  }

  byte[] signature() {
    return signature;
  }

  /** Whether the id is the digest of the content. */
  public boolean hasValidId() {
    try {
      return Arrays.equals(id.bytes(), CanonicalJson.digest(author, template));
    } catch (InvalidEvent noUtf8) {
      return false; // an unpaired surrogate: nothing that was hashed
    }
  }

  /** Whether the signature is the author's over the claimed id; half of {@link #verify}. */
  public boolean hasValidSignature() {
    return Secp256k1.get().verify(signature, id.bytes(), author.bytes());
  }

  /** Whether this is exactly what its author signed. */
  public boolean verify() {
    return hasValidId() && hasValidSignature();
  }

  /** The first tag of that name. */
  public Optional<Tag> tag(String name) {
    return tags(name).findFirst();
  }

  /** All tags of that name, in order. */
  public Stream<Tag> tags(String name) {
    return tags().stream().filter(tag -> tag.name().equals(name));
  }

  /** The value of the {@code d} tag; "" when there is none. */
  public String identifier() {
    return tag("d").map(Tag::value).orElse("");
  }

  /** The address of a replaceable or addressable event: kind, author and identifier. */
  public EventAddress address() {
    return new EventAddress(
        kind(), author, Kind.isAddressable(kind()) ? identifier() : "", List.of());
  }

  /**
   * Whether this takes the place of {@code other} at the same address: newer, or as old with the
   * lower id (NIP-01).
   */
  public boolean supersedes(Event other) {
    return createdAt() > other.createdAt()
        || (createdAt() == other.createdAt() && id.compareTo(other.id) < 0);
  }

  /** One line of JSON. */
  public String toJson() {
    return new CanonicalJson(512 + content().length() + 48 * tags().size()).event(this).toString();
  }

  /** By id and signature: the same content may be signed twice. */
  @Override
  public boolean equals(Object o) {
    return o instanceof Event other
        && id.equals(other.id)
        && Arrays.equals(signature, other.signature);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return "Event[" + id + ", kind " + kind() + "]";
  }
}
