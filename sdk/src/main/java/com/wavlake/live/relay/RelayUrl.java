package com.wavlake.live.relay;

import com.wavlake.live.net.PublicAddresses;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import okhttp3.HttpUrl;

/** What a relay is called: {@code ws://host} or {@code wss://host}. */
final class RelayUrl {
  private RelayUrl() {}

  static boolean isValid(String url) {
    return (url.startsWith("ws://") || url.startsWith("wss://"))
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
