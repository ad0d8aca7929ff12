package com.wavlake.live.relay;

import com.wavlake.live.net.PublicAddresses;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.util.Locale;
import okhttp3.HttpUrl;

/** What a relay is called: {@code ws://host} or {@code wss://host}. */
final class RelayUrl {
  private RelayUrl() {}

  static boolean isValid(String url) {
    return (url.startsWith("ws://") || url.startsWith("wss://"))
        && url.chars()
            .noneMatch(c -> c <= ' ' || c == 0x7f || Character.getType(c) == Character.FORMAT)
        && HttpUrl.parse(httpForm(url)) != null;
  }

  /** The same text for the same relay. */
  static String normal(String url) {
    HttpUrl parsed = HttpUrl.parse(httpForm(url));
    return parsed == null ? url : parsed.toString();
  }

  /** The same relay as people write it: lower-case host, no port that goes without saying. */
  static String written(String url) {
    String normal = normal(url).replaceFirst("^http", "ws");
    HttpUrl parsed = HttpUrl.parse(httpForm(url));
    boolean bare = parsed != null && parsed.encodedPath().equals("/") && parsed.query() == null;
    return bare ? normal.replaceFirst("/$", "") : normal;
  }

  /** Schemes are the same in any case of letters (RFC 3986 §3.1); ours are compared as text. */
  static String lowerScheme(String url) {
    int end = url.indexOf(':');
    return end < 0 ? url : url.substring(0, end).toLowerCase(Locale.ROOT) + url.substring(end);
  }

  static String httpForm(String url) {
    return url.replaceFirst("^ws", "http");
  }

  /** The URL, when it is one that these settings allow. */
  static String checked(String url, RelaySettings settings) {
    HttpUrl parsed = isValid(url) ? HttpUrl.parse(httpForm(url)) : null;
    if (parsed == null) {
      throw new LiveException(
          Category.INVALID, "relay URL " + url + ": expected ws://host or wss://host");
    }
    if (settings.publicOnly() && PublicAddresses.isForbiddenLiteral(parsed.host())) {
      throw new LiveException(Category.INVALID, "relay URL " + url + ": not a public address");
    }
    return url;
  }
}
