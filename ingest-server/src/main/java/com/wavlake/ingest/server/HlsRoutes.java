package com.wavlake.ingest.server;

import com.wavlake.ingest.hls.Part;
import com.wavlake.ingest.hls.Playlist;
import com.wavlake.ingest.hls.Segment;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.media.Track;
import com.wavlake.ingest.server.RenderedPlaylists.Form;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.stream.Viewers;
import com.wavlake.ingest.time.PeerGroup;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What viewers fetch, from memory. One a event loop, used on that loop alone. */
final class HlsRoutes {
  static final String PREFIX = "/live/";

  private static final CharSequence PLAYLIST_TYPE =
      HttpHeaders.createOptimized("application/vnd.apple.mpegurl");
  private static final CharSequence PLAYLIST_CACHE = HttpHeaders.createOptimized("max-age=1");
  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
  private static final CharSequence ACCEPT_ENCODING =
      HttpHeaders.createOptimized("Accept-Encoding");
  private static final CharSequence GZIP = HttpHeaders.createOptimized("gzip");
  private static final String SESSION_HEADER = "X-Playback-Session-Id";
  private static final int MAX_HEADER = 200;
  private static final int CACHE_TARGETS = 6;
  private static final int WAIT_TARGETS = 3;

  private final HlsContext context;
  private final Reloads reloads;

  HlsRoutes(HlsContext context, Reloads reloads) {
    this.context = context;
    this.reloads = reloads;
  }

  void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    Cors.allow(response);
    MediaPath path = MediaPath.parse(request.path().substring(PREFIX.length()));
    boolean beacon = path != null && path.kind() == MediaPath.Kind.BEACON;
    String methods = beacon ? "POST, OPTIONS" : "GET, HEAD, OPTIONS";
    if (request.method().equals(HttpMethod.OPTIONS)) {
      Cors.preflight(response, methods);
      return;
    }
    boolean reads =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    if (beacon ? !request.method().equals(HttpMethod.POST) : !reads) {
      response.setStatusCode(405).putHeader(HttpHeaders.ALLOW, methods).end();
      return;
    }
    Optional<StreamSession> session =
        path == null ? Optional.empty() : context.registry().active(path.stream());
    if (path == null || session.isEmpty()) {
      notFound(response);
      return;
    }
    switch (path.kind()) {
      case MASTER -> master(request, path.stream(), session.get());
      case MEDIA -> media(request, path.stream(), session.get());
      case BEACON -> beacon(request, session.get());
      case INIT, SEGMENT, PART -> bytes(request, path, session.get());
    }
  }

  private void master(HttpServerRequest request, String id, StreamSession session) {
    TimelineView view = session.media();
    if (!view.isPlayable()) {
      notPlayable(request.response(), session);
      return;
    }
    if (context.viewersBy() == ViewersBy.TOKEN) {
      String uri = id + "/media.m3u8?viewer=" + context.tokens().next(id);
      request
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, PLAYLIST_TYPE)
          .putHeader(HttpHeaders.CACHE_CONTROL, NO_STORE);
      context.sender().send(request, Buffer.buffer(Playlist.master(view, uri)));
      return;
    }
    sendPlaylist(request, id, view, Form.MASTER, PLAYLIST_CACHE);
  }

  private void media(HttpServerRequest request, String id, StreamSession session) {
    HttpServerResponse response = request.response();
    TimelineView view = session.media();
    if (!view.isPlayable()) {
      notPlayable(response, session);
      return;
    }
    ReloadRequest asked;
    try {
      asked = ReloadRequest.parse(request.query());
    } catch (IllegalArgumentException e) {
      bad(response, String.valueOf(e.getMessage()));
      return;
    }
    if (context.viewersBy() != ViewersBy.BEACON
        && !context.registry().visit(session, viewer(request, id, asked.token()))) {
      unavailable(response, "This server has as many viewers as it carries. Try again later.");
      return;
    }
    if (!asked.isBlocking() || !view.settings().lowLatency()) {
      sendPlaylist(request, id, view, asked.skip() ? Form.DELTA : Form.MEDIA, PLAYLIST_CACHE);
    } else if (view.reaches(asked.sequence(), asked.part())) {
      sendReload(request, id, view, asked);
    } else if (view.isFarAhead(asked.sequence(), asked.part())) {
      bad(response, "_HLS_msn and _HLS_part ask for too much ahead");
    } else {
      reloads.await(
          session,
          PeerGroup.of(context.clients().address(request)),
          asked.sequence(),
          asked.part(),
          WAIT_TARGETS * view.targetDuration(),
          new Waiting(response) {
            @Override
            public void reached(TimelineView now) {
              if (now.isPlayable()) {
                sendReload(request, id, now, asked);
              } else {
                notFound(response); // it was forgotten meanwhile
              }
            }

            @Override
            public void gaveUp() {
              if (session.isConnected()) {
                unavailable(response, "What was asked for has not come in time.");
              } else { // between two encoders: players give up on anything but a playlist
                sendPlaylist(
                    request,
                    id,
                    session.media(),
                    asked.skip() ? Form.DELTA : Form.MEDIA,
                    PLAYLIST_CACHE);
              }
            }
          });
    }
  }

  private void sendReload(
      HttpServerRequest request, String id, TimelineView view, ReloadRequest asked) {
    String cache = "max-age=" + CACHE_TARGETS * view.targetDuration();
    sendPlaylist(request, id, view, asked.skip() ? Form.DELTA : Form.MEDIA, cache);
  }

  private void sendPlaylist(
      HttpServerRequest request, String id, TimelineView view, Form form, CharSequence cache) {
    HttpServerResponse response = request.response();
    String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
    boolean gzip =
        encodings != null && encodings.contains("gzip") && !encodings.contains("gzip;q=0");
    RenderedPlaylists.Text text = context.playlists().text(id, view, form, gzip);
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, PLAYLIST_TYPE)
        .putHeader(HttpHeaders.CACHE_CONTROL, cache)
        .putHeader(HttpHeaders.VARY, ACCEPT_ENCODING)
        .putHeader(HttpHeaders.ETAG, text.etag());
    if (text.etag().equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
      response.setStatusCode(304).end();
      return;
    }
    if (gzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
    }
    context.sender().send(request, text.buffer());
  }

  private void bytes(HttpServerRequest request, MediaPath path, StreamSession session) {
    HttpServerResponse response = request.response();
    TimelineView view = session.media();
    if (!view.session().equals(path.session())) {
      notFound(response);
      return;
    }
    if (path.kind() == MediaPath.Kind.INIT) {
      init(request, view, path);
    } else if (send(request, view, path)) {
      return;
    } else if (path.kind() == MediaPath.Kind.PART && isHinted(view, path)) {
      awaitPart(request, path, session, view);
    } else {
      notFound(response);
    }
  }

  private static boolean isHinted(TimelineView view, MediaPath path) {
    return !view.ended()
        && view.settings().lowLatency()
        && path.number() == view.nextSequence()
        && path.part() == view.openParts();
  }

  /** The part that the playlist's hint names. */
  private void awaitPart(
      HttpServerRequest request, MediaPath path, StreamSession session, TimelineView view) {
    HttpServerResponse response = request.response();
    reloads.await(
        session,
        PeerGroup.of(context.clients().address(request)),
        path.number(),
        path.part(),
        WAIT_TARGETS * view.targetDuration(),
        new Waiting(response) {
          @Override
          public void reached(TimelineView now) {
            if (!send(request, now, path)) {
              notFound(response); // the segment ended with the part before
            }
          }

          @Override
          public void gaveUp() {
            notFound(response);
          }
        });
  }

  /** What all who wait have in common. */
  private abstract static class Waiting implements Reloads.Waiter {
    private final HttpServerResponse response;

    Waiting(HttpServerResponse response) {
      this.response = response;
    }

    @Override
    public boolean isGone() {
      return response.closed();
    }

    @Override
    public void refused() {
      unavailable(response, "Too many wait already.");
    }
  }

  private void init(HttpServerRequest request, TimelineView view, MediaPath path) {
    ByteBuffer init = view.inits().get((int) path.number());
    if (init == null) {
      notFound(request.response());
    } else {
      context.sender().sendMedia(request, List.of(init.duplicate()), type(view), () -> {});
    }
  }

  /** False when there is no such segment or part, any more or yet. */
  private boolean send(HttpServerRequest request, TimelineView view, MediaPath path) {
    List<Part> parts =
        path.kind() == MediaPath.Kind.SEGMENT
            ? view.segment(path.number()).map(Segment::parts).orElse(List.of())
            : view.part(path.number(), path.part()).map(List::of).orElse(List.of());
    List<ByteBuffer> bytes = new ArrayList<>(parts.size());
    for (Part part : parts) {
      if (!part.bytes().retain()) {
        parts.subList(0, bytes.size()).forEach(held -> held.bytes().release());
        return false;
      }
      bytes.add(part.bytes().bytes());
    }
    if (bytes.isEmpty()) {
      return false;
    }
    Runnable done = () -> parts.forEach(part -> part.bytes().release());
    context.sender().sendMedia(request, bytes, type(view), done);
    return true;
  }

  private static String type(TimelineView view) {
    boolean sound =
        !view.tracks().isEmpty()
            && view.tracks().stream().allMatch(track -> track.kind() == Track.Kind.AUDIO);
    return sound ? "audio/mp4" : "video/mp4";
  }

  private void beacon(HttpServerRequest request, StreamSession session) {
    boolean counted =
        context.viewersBy() == ViewersBy.BEACON
            && context.registry().visit(session, viewer(request, session.record().id(), ""));
    request.response().setStatusCode(counted ? 204 : 409).end();
  }

  private Viewers.Viewer viewer(HttpServerRequest request, String id, String token) {
    String address = context.clients().address(request);
    if (context.viewersBy() == ViewersBy.TOKEN && context.tokens().isOurs(id, token)) {
      return new Viewers.Viewer(address, "", token);
    }
    return new Viewers.Viewer(
        address,
        cut(request.getHeader(HttpHeaders.USER_AGENT)),
        cut(request.getHeader(SESSION_HEADER)));
  }

  private static String cut(@Nullable String header) {
    return header == null ? "" : header.substring(0, Math.min(MAX_HEADER, header.length()));
  }

  /** After a restart a stream that is on air has nothing to show yet: players give up on 404. */
  private static void notPlayable(HttpServerResponse response, StreamSession session) {
    StreamState status = session.record().status();
    if (status == StreamState.RECONNECTING || status == StreamState.LIVE) {
      unavailable(response, "The server has just started; the encoder is waited for.");
    } else {
      notFound(response);
    }
  }

  private static void notFound(HttpServerResponse response) {
    refuse(response, 404, "Nothing to watch here (yet).");
  }

  private static void bad(HttpServerResponse response, String why) {
    refuse(response, 400, why);
  }

  private static void unavailable(HttpServerResponse response, String why) {
    response.putHeader(HttpHeaders.RETRY_AFTER, "2");
    refuse(response, 503, why);
  }

  private static void refuse(HttpServerResponse response, int status, String why) {
    if (!response.ended() && !response.closed()) {
      response
          .setStatusCode(status)
          .putHeader(HttpHeaders.CACHE_CONTROL, status == 503 ? NO_STORE : PLAYLIST_CACHE)
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
          .end(why + "\n");
    }
  }
}
