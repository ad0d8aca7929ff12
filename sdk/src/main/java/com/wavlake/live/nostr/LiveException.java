package com.wavlake.live.nostr;

/** The root of what this library throws: what kind of thing went wrong, and with which value. */
public class LiveException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a caller can do about it. */
  public enum Category {
    /** The input is malformed: correct it. */
    INVALID,
    /** Understood and refused by the other side: see its words. */
    REFUSED,
    /** Not permitted for this key. */
    UNAUTHORIZED,
    /** There is no such thing. */
    NOT_FOUND,
    /** Not possible in the present state. */
    CONFLICT,
    /** Beyond what this signer, relay or provider can do at all. */
    UNSUPPORTED,
    /** No connection. */
    UNREACHABLE,
    /** No answer in time. */
    TIMED_OUT
  }

  private final Category category;

  /** With a message that names the bad value. */
  public LiveException(Category category, String message) {
    super(message);
    this.category = category;
  }

  /** With the failure underneath. */
  public LiveException(Category category, String message, Throwable cause) {
    super(message, cause);
    this.category = category;
  }

  /** Never null, unlike other exceptions' messages. */
  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }

  /** What a caller can do about it. */
  public final Category category() {
    return category;
  }
}
