package com.wavlake.ingest.hls;

import com.wavlake.ingest.media.Track;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Renders playlists (RFC 8216). Pure functions. */
public final class Playlist {
  private static final int VERSION = 7;

  private Playlist() {}

  /** The multivariant playlist; {@code mediaUri} is where the one variant is. */
  public static String master(TimelineView view, String mediaUri) {
    StringBuilder out = new StringBuilder(256);
    out.append("#EXTM3U\n#EXT-X-VERSION:")
        .append(VERSION)
        .append("\n#EXT-X-STREAM-INF:BANDWIDTH=")
        .append(view.peakBandwidth());
    out.append(",AVERAGE-BANDWIDTH=").append(view.averageBandwidth());
    out.append(",CODECS=\"");
    out.append(view.tracks().stream().map(Track::codecString).collect(Collectors.joining(",")))
        .append('"');
    for (Track track : view.tracks()) {
      if (track instanceof Track.Video video) {
        out.append(",RESOLUTION=").append(video.width()).append('x').append(video.height());
        if (view.frameRate() > 0) {
          out.append(String.format(Locale.ROOT, ",FRAME-RATE=%.3f", view.frameRate()));
        }
      }
    }
    return out.append('\n').append(mediaUri).append('\n').toString();
  }

  /** The media playlist of what {@code view} lists; URIs are relative to the stream's folder. */
  public static String media(TimelineView view) {
    List<Segment> window = view.window();
    StringBuilder out = new StringBuilder(256 + 128 * window.size());
    out.append("#EXTM3U\n#EXT-X-VERSION:").append(VERSION);
    out.append("\n#EXT-X-TARGETDURATION:").append(view.targetDuration());
    out.append("\n#EXT-X-MEDIA-SEQUENCE:")
        .append(window.isEmpty() ? 0 : window.getFirst().sequence());
    out.append("\n#EXT-X-DISCONTINUITY-SEQUENCE:")
        .append(view.discontinuitySequence())
        .append('\n');
    int init = -1;
    for (int i = 0; i < window.size(); i++) {
      Segment segment = window.get(i);
      if (segment.discontinuity()) {
        out.append("#EXT-X-DISCONTINUITY\n");
      }
      if (segment.init() != init) {
        init = segment.init();
        out.append("#EXT-X-MAP:URI=\"").append(initUri(view.session(), init)).append("\"\n");
      }
      out.append("#EXT-X-PROGRAM-DATE-TIME:");
      out.append(
          DateTimeFormatter.ISO_INSTANT.format(
              segment.programDateTime().truncatedTo(ChronoUnit.MILLIS)));
      out.append(String.format(Locale.ROOT, "\n#EXTINF:%.5f,\n", segment.seconds()));
      out.append(segmentUri(view.session(), segment.sequence())).append('\n');
    }
    if (view.ended()) {
      out.append("#EXT-X-ENDLIST\n");
    }
    return out.toString();
  }

  /** Relative to the stream's folder. */
  public static String initUri(String session, int init) {
    return session + "/init-" + init + ".mp4";
  }

  /** Relative to the stream's folder. */
  public static String segmentUri(String session, long sequence) {
    return session + "/" + sequence + ".m4s";
  }
}
