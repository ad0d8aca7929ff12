package com.wavlake.ingest.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/** An answer that is a refusal: {@code application/problem+json} (RFC 9457) with a stable code. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration A_WHILE = Duration.ofSeconds(10);

  private final int status;
  private final String code;
  private final String detail;
  private long retryAfterSeconds;
  private final transient ObjectNode more = JSON.createObjectNode();

  Problem(int status, String code, String detail) {
    super(detail);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  static Problem notFound() {
    return new Problem(404, "not_found", "There is no such stream.");
  }

  static Problem conflict(String detail) {
    return new Problem(409, "conflict", detail);
  }

  static Problem validation(Map<String, String> fields) {
    Problem problem =
        new Problem(
            400, "validation", "These fields are not right: " + String.join(", ", fields.keySet()));
    ObjectNode errors = problem.more.putObject("errors");
    fields.forEach(errors::put);
    return problem;
  }

  /** Too often; {@code wait} until it is worth trying again. */
  static Problem rateLimited(String detail, Duration wait) {
    Problem problem = new Problem(429, "rate_limited", detail);
    problem.retryAfterSeconds = Math.max(1, wait.plusMillis(999).toSeconds());
    return problem;
  }

  /** For now there is no more room. */
  static Problem busy(String detail) {
    return busy(detail, A_WHILE);
  }

  /** Not now; {@code wait} until it is worth trying again. */
  static Problem busy(String detail, Duration wait) {
    Problem problem = new Problem(503, "busy", detail);
    problem.retryAfterSeconds = wait.toSeconds();
    return problem;
  }

  /** Seconds until it is worth trying again, where that is so. */
  OptionalLong retryAfter() {
    return retryAfterSeconds > 0 ? OptionalLong.of(retryAfterSeconds) : OptionalLong.empty();
  }

  Problem with(String field, long value) {
    more.put(field, value);
    return this;
  }

  Problem with(String field, String value) {
    more.put(field, value);
    return this;
  }

  int status() {
    return status;
  }

  /** For people. */
  String detail() {
    return detail;
  }

  String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("type", "about:blank");
    json.put("status", status);
    json.put("code", code);
    json.put("detail", detail);
    json.setAll(more);
    return json.toString();
  }
}
