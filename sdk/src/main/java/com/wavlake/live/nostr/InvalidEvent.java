package com.wavlake.live.nostr;

/**
 * An event, or a part of one, that breaks a rule of its NIP; the message names the field or tag at
 * fault.
 */
public final class InvalidEvent extends LiveException {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String problem;

  /** A fault in {@code field} (a JSON field or a tag's name). */
  public InvalidEvent(String field, String problem) {
    super(Category.INVALID, field + ": " + problem);
    this.field = field;
    this.problem = problem;
  }

  /** What is wrong with it, without its name. */
  public String problem() {
    return problem;
  }

  /** The JSON field or tag at fault. */
  public String field() {
    return field;
  }
}
