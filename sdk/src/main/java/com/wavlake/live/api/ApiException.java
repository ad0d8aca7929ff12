package com.wavlake.live.api;

import com.wavlake.live.nostr.LiveException;
import java.util.Map;

/** A provider's refusal: an {@code application/problem+json} answer (RFC 9457). */
public final class ApiException extends LiveException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> fields;

  ApiException(int status, String code, String detail, Map<String, String> fields) {
    super(categoryOf(status), detail);
    this.status = status;
    this.code = code;
    this.fields = Map.copyOf(fields);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The provider's stable name for what is wrong, for instance {@code validation}. */
  public String code() {
    return code;
  }

  /** By field of the request, what is wrong with it. */
  public Map<String, String> fields() {
    return fields;
  }

  private static Category categoryOf(int status) {
    return switch (status) {
      case 401, 403 -> Category.UNAUTHORIZED;
      case 404 -> Category.NOT_FOUND;
      case 409 -> Category.CONFLICT;
      case 400, 413, 415, 422 -> Category.INVALID;
      case 502, 503, 504 -> Category.UNREACHABLE;
      default -> Category.REFUSED;
    };
  }
}
