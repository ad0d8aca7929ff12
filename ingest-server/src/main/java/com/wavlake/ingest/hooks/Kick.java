package com.wavlake.ingest.hooks;

import com.wavlake.live.net.WebClient;
import com.wavlake.live.nostr.LiveException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends an encoder's connection at its engine, where that can be done. May block. */
@FunctionalInterface
public interface Kick {
  /** For engines that have no such thing. */
  Kick NONE = (client, streamId) -> {};

  /** Once; who is gone already is none the worse for it. */
  void end(String client, String streamId);

  /** By the engine's HTTP API: {@code DELETE http://…/clients/{client}}; "" for none. */
  static Kick by(String methodAndUrl) {
    if (methodAndUrl.isEmpty()) {
      return NONE;
    }
    Matcher parts = Http.FORM.matcher(methodAndUrl);
    if (!isRight(methodAndUrl) || !parts.matches()) {
      throw new IllegalArgumentException(
          "no method and URL with {client}"); // it may hold a password
    }
    return new Http(parts.group(1), parts.group(2));
  }

  /** Whether it can be made from this. */
  static boolean isRight(String methodAndUrl) {
    Matcher parts = Http.FORM.matcher(methodAndUrl);
    if (methodAndUrl.isEmpty()) {
      return true;
    }
    try {
      return parts.matches()
          && parts.group(2).contains("{client}")
          && URI.create(Http.filled(parts.group(2), "c", "id")).getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The engine's HTTP API. */
  final class Http implements Kick {
    private static final Logger log = LoggerFactory.getLogger(Kick.class);
    private static final Pattern FORM = Pattern.compile("(DELETE|GET|POST) (https?://\\S+)");

    private final WebClient web = WebClient.anywhere(); // the configuration names it
    private final String method;
    private final String url;

    private Http(String method, String url) {
      this.method = method;
      this.url = url;
    }

    private static String filled(String url, String client, String streamId) {
      return url.replace("{client}", URLEncoder.encode(client, StandardCharsets.UTF_8))
          .replace("{id}", URLEncoder.encode(streamId, StandardCharsets.UTF_8));
    }

    @Override
    public void end(String client, String streamId) {
      try {
        int status = web.call(method, filled(url, client, streamId));
        if (status >= 400 && status != 404) {
          log.warn("stream {}: hooks.kick-url answers HTTP {}", streamId, status);
        }
      } catch (LiveException e) {
        log.warn("stream {}: its encoder is not cut off: {}", streamId, e.category());
      }
    }
  }
}
