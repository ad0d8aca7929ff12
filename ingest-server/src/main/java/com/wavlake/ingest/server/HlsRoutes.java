package com.wavlake.ingest.server;

import com.wavlake.ingest.hls.Playlist;
import com.wavlake.ingest.hls.Segment;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.Viewers;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** What viewers fetch, from memory, on the event loop. */
final class HlsRoutes {
  static final String PREFIX = "/live/";

  private static final Pattern MASTER = Pattern.compile("([A-Za-z0-9_-]{1,128})\\.m3u8");
  private static final Pattern MEDIA = Pattern.compile("([A-Za-z0-9_-]{1,128})/media\\.m3u8");
  private static final Pattern INIT =
      Pattern.compile("([A-Za-z0-9_-]{1,128})/([a-z0-9]{8})/init-(\\d{1,9})\\.mp4");
  private static final Pattern SEGMENT =
      Pattern.compile("([A-Za-z0-9_-]{1,128})/([a-z0-9]{8})/(\\d{1,18})\\.m4s");
  private static final String PLAYLIST_TYPE = "application/vnd.apple.mpegurl";
  private static final String PLAYLIST_CACHE = "max-age=1";
  private static final String MEDIA_CACHE = "public, max-age=3600, immutable";
  private static final int MAX_HEADER = 200;

  private final StreamRegistry registry;
  private final Map<String, Rendered> rendered = new ConcurrentHashMap<>();
  private final AtomicLong bytesSent = new AtomicLong();

  HlsRoutes(StreamRegistry registry) {
    this.registry = registry;
  }

  /** Bytes of media and playlists sent so far. */
  long bytesSent() {
    return bytesSent.get();
  }

  void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    Cors.allow(response);
    if (request.method().equals(HttpMethod.OPTIONS)) {
      Cors.preflight(response, "GET, HEAD, OPTIONS");
      return;
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      response.setStatusCode(405).putHeader(HttpHeaders.ALLOW, "GET, HEAD, OPTIONS").end();
      return;
    }
    String path = request.path().substring(PREFIX.length());
    Matcher matcher = SEGMENT.matcher(path);
    if (matcher.matches()) {
      segment(request, matcher.group(1), matcher.group(2), matcher.group(3));
      return;
    }
    matcher = MEDIA.matcher(path);
    if (matcher.matches()) {
      playlist(request, matcher.group(1), false);
      return;
    }
    matcher = MASTER.matcher(path);
    if (matcher.matches()) {
      playlist(request, matcher.group(1), true);
      return;
    }
    matcher = INIT.matcher(path);
    if (matcher.matches()) {
      init(request, matcher.group(1), matcher.group(2), matcher.group(3));
      return;
    }
    notFound(response);
  }

  private void playlist(HttpServerRequest request, String id, boolean master) {
    HttpServerResponse response = request.response();
    Optional<StreamSession> session = registry.active(id).filter(s -> s.media().isPlayable());
    if (session.isEmpty()) {
      notFound(response);
      return;
    }
    if (!master && !registry.visit(session.get(), viewer(request))) {
      response
          .setStatusCode(503)
          .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
          .putHeader(HttpHeaders.RETRY_AFTER, "10")
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
          .end("This server has as many viewers as it carries. Try again later.\n");
      return;
    }
    Rendered text = rendered(id, session.get().media());
    response.putHeader(HttpHeaders.CONTENT_TYPE, PLAYLIST_TYPE);
    response.putHeader(HttpHeaders.CACHE_CONTROL, PLAYLIST_CACHE);
    response.putHeader(HttpHeaders.VARY, "Accept-Encoding");
    String etag = text.etag(master);
    response.putHeader(HttpHeaders.ETAG, etag);
    if (etag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
      return;
    }
    String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
    boolean gzip = encodings != null && encodings.contains("gzip");
    if (gzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    send(request, Buffer.buffer(master ? text.master(gzip) : text.media(gzip)));
  }

  private void init(HttpServerRequest request, String id, String name, String number) {
    Optional<ByteBuffer> init =
        media(id, name).map(view -> view.inits().get(Integer.parseInt(number)));
    if (init.isEmpty()) {
      notFound(request.response());
      return;
    }
    sendMedia(request, List.of(init.get()));
  }

  private void segment(HttpServerRequest request, String id, String name, String sequence) {
    Optional<Segment> segment =
        media(id, name).flatMap(view -> view.segment(Long.parseLong(sequence)));
    if (segment.isEmpty()) {
      notFound(request.response());
      return;
    }
    sendMedia(request, segment.get().parts());
  }

  private Optional<TimelineView> media(String id, String name) {
    return registry
        .active(id)
        .map(StreamSession::media)
        .filter(view -> view.session().equals(name));
  }

  /** Every viewer is sent the same memory. */
  private void sendMedia(HttpServerRequest request, List<ByteBuffer> parts) {
    HttpServerResponse response = request.response();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "video/mp4")
        .putHeader(HttpHeaders.CACHE_CONTROL, MEDIA_CACHE);
    ByteBuffer[] shared = parts.stream().map(ByteBuffer::duplicate).toArray(ByteBuffer[]::new);
    send(request, BufferInternal.buffer(Unpooled.wrappedBuffer(shared.length, shared)));
  }

  private void send(HttpServerRequest request, Buffer body) {
    if (request.method().equals(HttpMethod.HEAD)) {
      request
          .response()
          .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
          .end();
      return;
    }
    bytesSent.addAndGet(body.length());
    request.response().end(body);
  }

  private static void notFound(HttpServerResponse response) {
    response
        .setStatusCode(404)
        .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=1")
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
        .end("Nothing to watch here (yet).\n");
  }

  private static Viewers.Viewer viewer(HttpServerRequest request) {
    return new Viewers.Viewer(
        request.remoteAddress().hostAddress(),
        cut(request.getHeader(HttpHeaders.USER_AGENT)),
        cut(request.getHeader("X-Playback-Session-Id")));
  }

  private static String cut(@Nullable String header) {
    return header == null ? "" : header.substring(0, Math.min(MAX_HEADER, header.length()));
  }

  private Rendered rendered(String id, TimelineView view) {
    Rendered last = rendered.get(id);
    if (last != null && last.moment.equals(Rendered.moment(view))) {
      return last;
    }
    if (rendered.size() > 100) {
      rendered.keySet().removeIf(known -> registry.active(known).isEmpty());
    }
    Rendered next = new Rendered(view, id);
    rendered.put(id, next);
    return next;
  }

  /** The texts of one moment, made at the first request. */
  private static final class Rendered {
    private final String
        moment; // not the view itself: it would keep the media of dead streams alive
    private final byte[] master;
    private final byte[] media;
    private final byte[] masterGzip;
    private final byte[] mediaGzip;

    Rendered(TimelineView view, String id) {
      this.moment = moment(view);
      this.master = Playlist.master(view, id + "/media.m3u8").getBytes(StandardCharsets.UTF_8);
      this.media = Playlist.media(view).getBytes(StandardCharsets.UTF_8);
      this.masterGzip = gzip(master);
      this.mediaGzip = gzip(media);
    }

    byte[] master(boolean gzip) {
      return gzip ? masterGzip : master;
    }

    byte[] media(boolean gzip) {
      return gzip ? mediaGzip : media;
    }

    String etag(boolean isMaster) {
      return "\"" + moment + (isMaster ? "v" : "m") + "\"";
    }

    /** What tells one playlist of a stream from the next. */
    static String moment(TimelineView view) {
      return view.session() + "-" + view.window().getLast().sequence() + (view.ended() ? "e" : "");
    }

    private static byte[] gzip(byte[] text) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        gzip.write(text);
      } catch (IOException e) {
        throw new UncheckedIOException(e); // memory does not fail
      }
      return out.toByteArray();
    }
  }
}
