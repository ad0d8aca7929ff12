package com.wavlake.ingest.hls;

import com.wavlake.ingest.media.Track;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;

/** Renders playlists (RFC 8216, and its second edition for low latency). Pure functions. */
public final class Playlist {
  private static final int VERSION = 7;
  private static final int VERSION_WITH_SKIP = 9;
  private static final int SKIP_BOUNDARY = 6;
  private static final int HOLD_BACK = 3;
  private static final int PARTS_LISTED = 3;

  private Playlist() {}

  /** The multivariant playlist; {@code mediaUri} is where the one variant is. */
  public static String master(TimelineView view, String mediaUri) {
    StringBuilder out = new StringBuilder(256);
    out.append("#EXTM3U\n#EXT-X-VERSION:").append(version(view)).append('\n');
    out.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(view.peakBandwidth());
    out.append(",AVERAGE-BANDWIDTH=").append(view.averageBandwidth());
    out.append(",CODECS=\"");
    out.append(view.tracks().stream().map(Track::codecString).collect(Collectors.joining(",")))
        .append('"');
    for (Track track : view.tracks()) {
      if (track instanceof Track.Video video) {
        out.append(",RESOLUTION=").append(video.width()).append('x').append(video.height());
        if (view.frameRate() > 0) {
          out.append(",FRAME-RATE=").append(decimals(view.frameRate(), 3));
        }
      }
    }
    return out.append('\n').append(mediaUri).append('\n').toString();
  }

  /** The media playlist of what {@code view} lists; URIs are relative to the stream's folder. */
  public static String media(TimelineView view) {
    return media(view, false);
  }

  /** A playlist delta update where older segments may be left out, the playlist elsewhere. */
  public static String delta(TimelineView view) {
    return media(view, true);
  }

  private static String media(TimelineView view, boolean delta) {
    List<Segment> window = view.window();
    StringBuilder out = new StringBuilder(512 + 512 * window.size());
    out.append("#EXTM3U\n#EXT-X-VERSION:").append(version(view));
    out.append("\n#EXT-X-TARGETDURATION:").append(view.targetDuration()).append('\n');
    if (view.settings().lowLatency()) {
      serverControl(out, view);
    }
    out.append("#EXT-X-MEDIA-SEQUENCE:")
        .append(window.isEmpty() ? view.nextSequence() : window.getFirst().sequence());
    out.append("\n#EXT-X-DISCONTINUITY-SEQUENCE:")
        .append(view.discontinuitySequence())
        .append('\n');
    double untilEnd = 0;
    for (Segment segment : window) {
      untilEnd += segment.seconds();
    }
    untilEnd += view.open().map(Segment::seconds).orElse(0.0);
    int skipped = delta ? skipped(view, untilEnd) : 0;
    if (skipped > 0) {
      out.append("#EXT-X-SKIP:SKIPPED-SEGMENTS=").append(skipped).append('\n');
    }
    int init = skipped > 0 ? window.get(skipped - 1).init() : -1;
    for (int i = 0; i < window.size(); i++) {
      Segment segment = window.get(i);
      untilEnd -= segment.seconds();
      if (i < skipped) {
        continue;
      }
      begin(out, view, segment, init);
      init = segment.init();
      if (untilEnd < PARTS_LISTED * view.targetDuration()) {
        parts(out, view, segment);
      }
      out.append("#EXTINF:").append(decimals(segment.seconds(), 5)).append(",\n");
      out.append(segmentUri(view.session(), segment.sequence())).append('\n');
    }
    if (view.ended()) {
      out.append("#EXT-X-ENDLIST\n");
    } else if (view.settings().lowLatency()) {
      if (view.open().isPresent()) {
        begin(out, view, view.open().get(), init);
        parts(out, view, view.open().get());
      }
      out.append("#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"");
      out.append(partUri(view.session(), view.nextSequence(), view.openParts())).append("\"\n");
    }
    return out.toString();
  }

  private static void serverControl(StringBuilder out, TimelineView view) {
    double part = view.partTarget();
    out.append("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=");
    out.append(decimals(HOLD_BACK * part, 3));
    out.append(",HOLD-BACK=").append(HOLD_BACK * view.targetDuration());
    if (canSkip(view)) {
      out.append(",CAN-SKIP-UNTIL=").append(SKIP_BOUNDARY * view.targetDuration());
    }
    out.append("\n#EXT-X-PART-INF:PART-TARGET=").append(decimals(part, 3)).append('\n');
  }

  /** By what never changes: what is offered once is offered always. */
  private static boolean canSkip(TimelineView view) {
    int least = SKIP_BOUNDARY * view.targetDuration();
    return view.settings().lowLatency()
        && Window.listedSeconds(view.settings(), view.targetDuration()) > least;
  }

  private static int skipped(TimelineView view, double total) {
    if (!canSkip(view)) {
      return 0;
    }
    double untilEnd = total;
    int count = 0;
    for (Segment segment : view.window()) {
      untilEnd -= segment.seconds();
      if (untilEnd <= SKIP_BOUNDARY * view.targetDuration()) {
        break;
      }
      count++;
    }
    return count;
  }

  /** What stands before a segment's first part. */
  private static void begin(StringBuilder out, TimelineView view, Segment segment, int lastInit) {
    if (segment.discontinuity()) {
      out.append("#EXT-X-DISCONTINUITY\n");
    }
    if (segment.init() != lastInit) {
      out.append("#EXT-X-MAP:URI=\"")
          .append(initUri(view.session(), segment.init()))
          .append("\"\n");
    }
    out.append("#EXT-X-PROGRAM-DATE-TIME:").append(time(segment.programDateTime())).append('\n');
  }

  private static void parts(StringBuilder out, TimelineView view, Segment segment) {
    if (!view.settings().lowLatency()) {
      return;
    }
    List<Part> parts = segment.parts();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      out.append("#EXT-X-PART:DURATION=").append(decimals(part.seconds(), 5)).append(",URI=\"");
      out.append(partUri(view.session(), segment.sequence(), i)).append('"');
      out.append(part.independent() ? ",INDEPENDENT=YES\n" : "\n");
    }
  }

  private static int version(TimelineView view) {
    return canSkip(view) ? VERSION_WITH_SKIP : VERSION;
  }

  /** ISO 8601 with milliseconds. */
  public static String time(Instant at) {
    return DateTimeFormatter.ISO_INSTANT.format(at.truncatedTo(ChronoUnit.MILLIS));
  }

  /** A positive number, rounded; {@code String.format} is a hundred times slower. */
  public static String decimals(double value, int digits) {
    long scale = 1;
    for (int i = 0; i < digits; i++) {
      scale *= 10;
    }
    long scaled = Math.round(value * scale);
    String fraction = Long.toString(scaled % scale + scale).substring(1);
    return scaled / scale + "." + fraction;
  }

  /** Relative to the stream's folder. */
  public static String initUri(String session, int init) {
    return session + "/init-" + init + ".mp4";
  }

  /** Relative to the stream's folder. */
  public static String segmentUri(String session, long sequence) {
    return session + "/" + sequence + ".m4s";
  }

  /** Relative to the stream's folder. */
  public static String partUri(String session, long sequence, int part) {
    return session + "/" + sequence + "." + part + ".m4s";
  }
}
