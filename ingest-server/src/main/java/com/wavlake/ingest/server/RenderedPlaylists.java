package com.wavlake.ingest.server;

import com.wavlake.ingest.hls.Playlist;
import com.wavlake.ingest.hls.TimelineView;
import com.wavlake.ingest.stream.StreamRegistry;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

/**
 * The newest playlists of every stream, each rendered and compressed once, at the first request for
 * it. Safe for use by many threads.
 */
final class RenderedPlaylists {
  private static final int CROWD = 100;
  private static final AtomicLong ETAGS = new AtomicLong();

  /** The texts that a moment has. */
  enum Form {
    /** The multivariant playlist. */
    MASTER,
    /** The media playlist. */
    MEDIA,
    /** Its delta update. */
    DELTA
  }

  private final StreamRegistry registry;
  private final Map<String, Moment> moments = new ConcurrentHashMap<>();

  RenderedPlaylists(StreamRegistry registry) {
    this.registry = registry;
  }

  /** One text, its bytes shared by everybody who is sent it. */
  record Text(String etag, ByteBuffer bytes) {
    /** To be sent. */
    Buffer buffer() {
      return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes.duplicate()));
    }
  }

  /** The newest text of a stream; {@code view} is what it shows. */
  Text text(String id, TimelineView view, Form form, boolean gzip) {
    Moment moment = moments.get(id);
    if (moment == null || !moment.view.refersTo(view)) {
      if (moments.size() > CROWD) {
        moments.keySet().removeIf(known -> registry.active(known).isEmpty());
      }
      moment = new Moment(view);
      moments.put(id, moment);
    }
    return moment.text(id, view, form, gzip);
  }

  /** What tells one playlist of a stream from the next. */
  private static String name(TimelineView view) {
    return view.session()
        + "-"
        + view.nextSequence()
        + "."
        + view.openParts()
        + (view.ended() ? "e" : "");
  }

  private static final class Moment {
    private final WeakReference<TimelineView> view; // it would keep dead streams alive
    private final String name;
    private final Map<Form, Text> plain = new ConcurrentHashMap<>();
    private final Map<Form, Text> compressed = new ConcurrentHashMap<>();

    Moment(TimelineView view) {
      this.view = new WeakReference<>(view);
      this.name = name(view);
    }

    /** Two threads may render the same at once; either's is right. */
    Text text(String id, TimelineView view, Form form, boolean gzip) {
      Map<Form, Text> texts = gzip ? compressed : plain;
      Text known = texts.get(form);
      if (known != null) {
        return known;
      }
      String text =
          switch (form) {
            case MASTER -> Playlist.master(view, id + "/media.m3u8");
            case MEDIA -> Playlist.media(view);
            case DELTA -> Playlist.delta(view);
          };
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      byte[] sent = gzip ? gzip(bytes) : bytes;
      String etag = "\"" + name + "-" + ETAGS.incrementAndGet() + "\"";
      Text made = new Text(etag, ByteBuffer.wrap(sent));
      texts.put(form, made);
      return made;
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
