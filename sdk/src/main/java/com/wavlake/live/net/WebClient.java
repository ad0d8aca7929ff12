package com.wavlake.live.net;

import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * Fetches small documents that events point to (NIP-05, NIP-11, LNURL), and sends some. Answers are
 * bounded, time is bounded, redirects are not followed but by {@link #download}, and unless asked
 * otherwise only public addresses are connected to, checked after DNS. Safe for use by many
 * threads.
 */
public final class WebClient {
  /** The longest answer taken, in bytes. */
  public static final int MAX_ANSWER_BYTES = 256 << 10;

  /** How often {@link #download} is sent elsewhere. */
  public static final int MAX_REDIRECTS = 3;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final MediaType JSON = MediaType.get("application/json");

  private static final OkHttpClient BASE =
      new OkHttpClient.Builder()
          .followRedirects(false)
          .followSslRedirects(false)
          .proxy(Proxy.NO_PROXY) // a proxy would look up names that we have to check
          .callTimeout(TIMEOUT)
          .build();

  private final OkHttpClient http;
  private final boolean publicOnly;

  WebClient(OkHttpClient http, boolean publicOnly) {
    this.http = http;
    this.publicOnly = publicOnly;
  }

  /** For what strangers name: https alone, public addresses alone. */
  public static WebClient publicOnly() {
    return new WebClient(checking().build(), true);
  }

  static OkHttpClient.Builder checking() {
    return BASE.newBuilder().dns(PublicAddresses::resolve);
  }

  /** For what the user names: http too, and any address. */
  public static WebClient anywhere() {
    return new WebClient(BASE, false);
  }

  /** The same, following redirects: for what the user names alone. */
  public WebClient following() {
    if (publicOnly) {
      throw new IllegalStateException("strangers do not say where to go next");
    }
    return new WebClient(
        http.newBuilder().followRedirects(true).followSslRedirects(true).build(), false);
  }

  /**
   * The body of a successful answer.
   *
   * @param url {@code https://…}; {@code http://} only for {@link #anywhere}
   * @param query added to the URL's own, encoded here
   * @param accept the media type asked for
   * @throws LiveException INVALID for a URL that is none or not allowed, UNREACHABLE, TIMED_OUT,
   *     NOT_FOUND, or REFUSED for another status, a redirect or an answer that is too long
   */
  public String get(String url, Map<String, String> query, String accept) {
    HttpUrl.Builder full = allowed(url).newBuilder();
    query.forEach(full::addQueryParameter);
    Request request = new Request.Builder().url(full.build()).header("Accept", accept).build();
    try (Response response = http.newCall(request).execute()) {
      requireSuccess(url, response);
      return bounded(url, response.body());
    } catch (InterruptedIOException e) {
      throw new LiveException(Category.TIMED_OUT, url + ": no answer in time", e);
    } catch (IOException e) {
      throw unreachable(url, e);
    }
  }

  /**
   * The bytes of a successful answer. Redirects are followed, {@value #MAX_REDIRECTS} at most, and
   * wherever they lead has to pass what the first URL had to. Nothing is unpacked: it is as long as
   * it was on the wire. Ten seconds are for all of it.
   *
   * @param url as for {@link #get}
   * @param accept the media types asked for
   * @param maxBytes the longest answer taken; what says that it is longer is not begun with
   * @throws LiveException as {@link #get}, and REFUSED for a redirect too many
   */
  public Download download(String url, String accept, int maxBytes) {
    OkHttpClient client =
        http.newBuilder().followRedirects(false).followSslRedirects(false).build();
    long end = System.nanoTime() + TIMEOUT.toNanos();
    HttpUrl at = allowed(url);
    for (int hops = 0; hops <= MAX_REDIRECTS; hops++) {
      Request request =
          new Request.Builder()
              .url(at)
              .header("Accept", accept)
              .header("Accept-Encoding", "identity")
              .build();
      Call call = client.newCall(request);
      call.timeout().timeout(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      try (Response response = call.execute()) {
        Optional<HttpUrl> next = next(response);
        if (next.isEmpty()) {
          return taken(url, response, maxBytes);
        }
        at = allowed(next.get().toString());
      } catch (InterruptedIOException e) {
        throw new LiveException(Category.TIMED_OUT, url + ": no answer in time", e);
      } catch (IOException e) {
        throw unreachable(url, e);
      }
    }
    throw new LiveException(
        Category.REFUSED, url + ": redirected more than " + MAX_REDIRECTS + " times");
  }

  /** Where a redirect leads; nowhere for any other answer. */
  private static Optional<HttpUrl> next(Response response) {
    return switch (response.code()) {
      case 301, 302, 303, 307, 308 ->
          Optional.ofNullable(response.header("Location"))
              .map(location -> response.request().url().resolve(location));
      default -> Optional.empty();
    };
  }

  private static Download taken(String url, Response response, int maxBytes) throws IOException {
    requireSuccess(url, response);
    ResponseBody body = response.body();
    if (body.contentLength() > maxBytes || body.source().request(maxBytes + 1L)) {
      throw tooLong(url, maxBytes);
    }
    MediaType told = body.contentType();
    Optional<String> mediaType =
        Optional.ofNullable(told).map(type -> type.type() + "/" + type.subtype());
    return new Download(body.bytes(), mediaType);
  }

  /**
   * Sends a JSON document; what is answered beyond the status is not read.
   *
   * @param url as for {@link #get}
   * @param headers sent with it
   * @return the HTTP status; a redirect is not followed
   * @throws LiveException INVALID for a URL that is none or not allowed, UNREACHABLE, TIMED_OUT
   */
  public int post(String url, Map<String, String> headers, String json) {
    Request.Builder request =
        new Request.Builder().url(allowed(url)).post(RequestBody.create(json, JSON));
    headers.forEach(request::header);
    return status(url, request.build());
  }

  /**
   * Asks for something to be done that the URL says all about.
   *
   * @param method DELETE, GET or POST
   * @return the HTTP status
   * @throws LiveException as for {@link #post}
   */
  public int call(String method, String url) {
    RequestBody empty = RequestBody.create(new byte[0]);
    return status(
        url,
        new Request.Builder()
            .url(allowed(url))
            .method(method, method.equals("POST") ? empty : null)
            .build());
  }

  private int status(String url, Request request) {
    try (Response response = http.newCall(request).execute()) {
      return response.code();
    } catch (InterruptedIOException e) {
      throw new LiveException(Category.TIMED_OUT, url + ": no answer in time", e);
    } catch (IOException e) {
      throw unreachable(url, e);
    }
  }

  private HttpUrl allowed(String url) {
    HttpUrl parsed = HttpUrl.parse(url);
    if (parsed == null || (publicOnly && !parsed.isHttps())) {
      throw new LiveException(Category.INVALID, url + ": expected https://…");
    }
    if (publicOnly && PublicAddresses.isForbiddenLiteral(parsed.host())) {
      throw new LiveException(Category.INVALID, url + ": not a public address");
    }
    return parsed;
  }

  private static LiveException unreachable(String url, IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new LiveException(Category.UNREACHABLE, url + ": " + why, e);
  }

  private static void requireSuccess(String url, Response response) {
    if (!response.isSuccessful()) {
      throw new LiveException(
          response.code() == 404 ? Category.NOT_FOUND : Category.REFUSED,
          url + ": HTTP " + response.code());
    }
  }

  private static String bounded(String url, ResponseBody body) throws IOException {
    if (body.source().request(MAX_ANSWER_BYTES + 1L)) {
      throw tooLong(url, MAX_ANSWER_BYTES);
    }
    return body.string();
  }

  private static LiveException tooLong(String url, int maxBytes) {
    return new LiveException(Category.REFUSED, url + ": the answer is over " + maxBytes + " bytes");
  }
}
