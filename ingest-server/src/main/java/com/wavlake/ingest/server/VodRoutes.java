package com.wavlake.ingest.server;

import com.wavlake.ingest.record.Recordings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Recordings and thumbnails. A recording's playlist is {@code /vod/ID.m3u8}, or {@code /vod/ID}
 * without a suffix; it names ranges of the files below {@code /vod/ID/}.
 */
final class VodRoutes {
  static final String VOD = "/vod/";
  static final String THUMB = "/thumb/";

  private static final int MAX_READERS = 200;
  private static final String METHODS = "GET, HEAD, OPTIONS";
  private static final String PLAYLIST_TYPE = "application/vnd.apple.mpegurl";

  private final Vertx vertx;
  private final Recordings recordings;
  private final MediaStores stores;
  private final MediaSender sender;
  private final VodPlaylists playlists;
  private final Semaphore readers = new Semaphore(MAX_READERS);

  VodRoutes(Vertx vertx, MediaStores stores, MediaSender sender) {
    this.vertx = vertx;
    this.recordings = stores.recordings();
    this.stores = stores;
    this.sender = sender;
    this.playlists = new VodPlaylists(stores.recordings());
  }

  void handle(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    Cors.allow(response);
    if (request.method().equals(HttpMethod.OPTIONS)) {
      Cors.preflight(response, METHODS);
      return;
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      response.setStatusCode(405).putHeader(HttpHeaders.ALLOW, METHODS).end();
      return;
    }
    if (request.path().startsWith(THUMB)) {
      thumbnail(request);
      return;
    }
    String rest = request.path().substring(VOD.length());
    int slash = rest.indexOf('/');
    if (slash < 0) {
      playlist(request, rest.endsWith(".m3u8") ? rest.substring(0, rest.length() - 5) : rest);
    } else {
      file(request, rest.substring(0, slash), rest.substring(slash + 1));
    }
  }

  private void thumbnail(HttpServerRequest request) {
    Optional<byte[]> picture = stores.thumbnail(request.path());
    if (picture.isEmpty()) {
      notFound(request.response());
      return;
    }
    request
        .response()
        .putHeader(HttpHeaders.CONTENT_TYPE, "image/jpeg")
        .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=30");
    sender.send(request, Buffer.buffer(picture.get()));
  }

  private void playlist(HttpServerRequest request, String id) {
    if (!readers.tryAcquire()) {
      busy(request.response());
      return;
    }
    vertx
        .executeBlocking(() -> playlists.of(id), false)
        .onComplete(read -> {
          readers.release();
          if (read.failed() || read.result().isEmpty()) {
            notFound(request.response());
            return;
          }
          VodPlaylists.Text text = read.result().get();
          request
              .response()
              .putHeader(HttpHeaders.CONTENT_TYPE, PLAYLIST_TYPE)
              .putHeader(HttpHeaders.CACHE_CONTROL, text.grows() ? "max-age=1" : "max-age=60");
          sender.send(request, text.buffer());
        });
  }

  private static void busy(HttpServerResponse response) {
    response.setStatusCode(503).putHeader(HttpHeaders.RETRY_AFTER, "1").end();
  }

  private record Found(Path path, long size) {}

  private void file(HttpServerRequest request, String id, String name) {
    if (!readers.tryAcquire()) {
      busy(request.response());
      return;
    }
    vertx
        .executeBlocking(() -> find(id, name), false)
        .onComplete(found -> {
          readers.release();
          if (found.failed() || found.result().isEmpty()) {
            notFound(request.response());
          } else {
            send(request, found.result().get());
          }
        });
  }

  private Optional<Found> find(String id, String name) throws IOException {
    Optional<Path> path = recordings.file(id, name);
    return path.isPresent() && Files.isRegularFile(path.get())
        ? Optional.of(new Found(path.get(), Files.size(path.get())))
        : Optional.empty();
  }

  private void send(HttpServerRequest request, Found found) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return;
    }
    ByteRange range = ByteRange.of(request, found.size());
    if (ByteRange.UNSATISFIABLE.equals(range)) {
      response.setStatusCode(416).putHeader("Content-Range", "bytes */" + found.size()).end();
      return;
    }
    long from = range == null ? 0 : range.first();
    long length = range == null ? found.size() : range.length();
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, "video/mp4")
        .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
        .putHeader("Accept-Ranges", "bytes");
    if (range != null) {
      response.setStatusCode(206).putHeader("Content-Range", range.of(found.size()));
    }
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length)).end();
      return;
    }
    sender.count(length);
    response
        .sendFile(found.path().toString(), from, length)
        .onFailure(
            _ -> request.connection().close()); // deleted meanwhile: nothing else can be said
  }

  private static void notFound(HttpServerResponse response) {
    if (!response.ended() && !response.closed()) {
      response
          .setStatusCode(404)
          .putHeader(HttpHeaders.CACHE_CONTROL, "max-age=1")
          .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
          .end("There is no such recording.\n");
    }
  }
}
