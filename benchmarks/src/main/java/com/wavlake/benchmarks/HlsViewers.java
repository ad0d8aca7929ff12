package com.wavlake.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Viewers of one live HLS stream. Each has a connection of its own and behaves as a player does: it
 * reloads the playlist every target duration and fetches each new segment once; where the playlist
 * says CAN-BLOCK-RELOAD=YES, it asks for the next part with a blocking reload and fetches each part
 * once. A virtual thread each; what media they get is read into one buffer that nobody looks at.
 */
public final class HlsViewers {
  private static final long SECOND = 1_000_000_000L;
  private static final long GIVEN_UP = 10 * SECOND;
  private static final ByteBuffer DISCARD = ByteBuffer.allocateDirect(256 << 10);

  private final URI master;
  private final Map<Position, Long> firstAnswers = new ConcurrentHashMap<>();
  private volatile long measuredFrom = Long.MAX_VALUE;
  private volatile long measuredTo = Long.MAX_VALUE;

  private HlsViewers(URI master) {
    this.master = master;
  }

  /**
   * Watches, and prints what it was like as one line of JSON. On stderr it says {@code measuring}
   * and {@code measured} when what is counted begins and ends.
   *
   * @param args {@code --url} of the multivariant playlist, {@code --viewers}, {@code --seconds},
   *     {@code --settle} seconds that are not counted before them
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> options = new HashMap<>(Map.of("--settle", "15"));
    for (int i = 0; i + 1 < args.length; i += 2) {
      options.put(args[i], args[i + 1]);
    }
    if (!options.keySet().containsAll(List.of("--url", "--viewers", "--seconds"))) {
      System.err.println("usage: HlsViewers --url URL --viewers N --seconds S [--settle S]");
      System.exit(2);
    }
    new HlsViewers(URI.create(options.getOrDefault("--url", "")))
        .watch(
            Integer.parseInt(options.getOrDefault("--viewers", "")),
            Integer.parseInt(options.getOrDefault("--seconds", "")),
            Integer.parseInt(options.getOrDefault("--settle", "")));
    System.exit(0); // the viewers still watch
  }

  private void watch(int count, int seconds, int settle) throws InterruptedException {
    List<Viewer> viewers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Viewer viewer = new Viewer();
      viewers.add(viewer);
      Thread.ofVirtual().start(viewer);
      Thread.sleep(Math.max(1, 4_000 / count)); // players do not reload in step
    }
    Thread.sleep(settle * 1_000L);
    measuredFrom = System.nanoTime();
    System.err.println("measuring");
    Thread.sleep(seconds * 1_000L);
    measuredTo = System.nanoTime();
    System.err.println("measured");
    Thread.sleep(2_000); // for answers that are under way: what was asked in time counts
    report(viewers, count, (measuredTo - measuredFrom) / 1e9);
  }

  private void report(List<Viewer> viewers, int count, double seconds) {
    long now = System.nanoTime();
    List<Long> playlists = new ArrayList<>();
    List<Long> media = new ArrayList<>();
    long bytes = 0;
    long errors = 0;
    long missed = 0;
    long blocking = 0;
    for (Viewer viewer : viewers) {
      synchronized (viewer) {
        for (Exchange exchange : viewer.exchanges) {
          bytes += exchange.bytes;
          if (exchange.kind == Kind.MEDIA) {
            media.add(exchange.done - exchange.sent);
            continue;
          }
          blocking += exchange.kind == Kind.BLOCKING ? 1 : 0;
          // nobody can have it before it is there: that is when the first of all viewers had it
          long there = firstAnswers.getOrDefault(exchange.position, exchange.sent);
          playlists.add(exchange.done - Math.max(exchange.sent, there));
        }
        errors += viewer.errors + (viewer.asked < now - GIVEN_UP ? 1 : 0);
        missed += viewer.missed;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "{\"viewers\":%d,\"seconds\":%.2f,\"requests\":%d,\"bytes\":%d,\"errors\":%d,"
            + "\"missed_segments\":%d,\"blocking_reloads\":%d,\"playlists\":%s,\"media\":%s}%n",
        count,
        seconds,
        playlists.size() + media.size(),
        bytes,
        errors,
        missed,
        blocking,
        latencies(playlists),
        latencies(media));
  }

  private static String latencies(List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return String.format(
        Locale.ROOT,
        "{\"count\":%d,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}",
        sorted.length,
        percentile(sorted, 0.5),
        percentile(sorted, 0.99),
        percentile(sorted, 1));
  }

  private static double percentile(long[] sorted, double share) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.max(0, Math.ceil(sorted.length * share) - 1)] / 1e6;
  }

  private enum Kind {
    PLAYLIST,
    BLOCKING,
    MEDIA
  }

  private record Exchange(Kind kind, Position position, long sent, long done, long bytes) {}

  /** A segment, and which part of it. */
  private record Position(long segment, int part) implements Comparable<Position> {
    private static final Position NONE = new Position(-1, 0);

    @Override
    public int compareTo(Position other) {
      int bySegment = Long.compare(segment, other.segment);
      return bySegment != 0 ? bySegment : Integer.compare(part, other.part);
    }
  }

  private final class Viewer implements Runnable {
    private final String session = UUID.randomUUID().toString();
    private final List<Exchange> exchanges = new ArrayList<>();
    private volatile long asked = Long.MAX_VALUE;
    private long errors;
    private long missed;

    @Override
    public void run() {
      while (System.nanoTime() < measuredTo) {
        try (Connection connection = new Connection(master, session)) {
          play(connection);
          return;
        } catch (InterruptedException e) {
          return;
        } catch (IOException e) {
          failed(e);
        }
      }
    }

    /** It tries again, a second later. */
    private void failed(IOException e) {
      System.err.println("a viewer: " + e);
      asked = Long.MAX_VALUE;
      if (isCounted(System.nanoTime())) {
        synchronized (this) {
          errors++;
        }
      }
      LockSupport.parkNanos(SECOND);
    }

    private void play(Connection connection) throws IOException, InterruptedException {
      URI media = variant(fetch(connection, Kind.PLAYLIST, Position.NONE, master, ""));
      MediaPlaylist playlist =
          MediaPlaylist.parse(media, fetch(connection, Kind.PLAYLIST, Position.NONE, media, ""));
      if (playlist.map.isPresent()) {
        fetch(connection, Kind.MEDIA, Position.NONE, playlist.map.get(), "");
      }
      Position next = playlist.start();
      while (!playlist.ended && System.nanoTime() < measuredTo) {
        long loaded = System.nanoTime();
        Position before = next;
        next = catchUp(connection, playlist, next);
        URI url = media;
        Position wanted = Position.NONE;
        if (playlist.canBlock) {
          wanted = playlist.following();
          String part = playlist.parts.isEmpty() ? "" : "&_HLS_part=" + wanted.part;
          url = URI.create(media + "?_HLS_msn=" + wanted.segment + part);
        } else {
          // RFC 8216 §6.3.4: half as long after a playlist that had nothing new
          long wait = playlist.targetDuration * (next.equals(before) ? SECOND / 2 : SECOND);
          Thread.sleep(Math.max(0, loaded + wait - System.nanoTime()) / 1_000_000);
        }
        Kind kind = playlist.canBlock ? Kind.BLOCKING : Kind.PLAYLIST;
        playlist = MediaPlaylist.parse(media, fetch(connection, kind, wanted, url, ""));
      }
    }

    /** Fetches what is new, and says what is to come. */
    private Position catchUp(Connection connection, MediaPlaylist playlist, Position from)
        throws IOException {
      Position next = from;
      if (next.segment < playlist.firstSegment) {
        if (isCounted(System.nanoTime())) {
          synchronized (this) {
            missed += playlist.firstSegment - next.segment;
          }
        }
        next = new Position(playlist.firstSegment, 0);
      }
      for (Item item : playlist.items) {
        boolean whole = item.position.part < 0;
        boolean isNew =
            whole
                ? item.position.segment == next.segment && next.part == 0
                : item.position.compareTo(next) >= 0 && playlist.canBlock;
        if (isNew) {
          fetch(connection, Kind.MEDIA, Position.NONE, item.uri, item.range);
        }
        if (whole && item.position.segment >= next.segment) {
          next = new Position(item.position.segment + 1, 0);
        } else if (isNew) {
          next = new Position(item.position.segment, item.position.part + 1);
        }
      }
      return next;
    }

    private String fetch(Connection connection, Kind kind, Position position, URI url, String range)
        throws IOException {
      long sent = System.nanoTime();
      asked = sent;
      String text = connection.get(url, range, kind != Kind.MEDIA);
      long done = System.nanoTime();
      asked = Long.MAX_VALUE;
      if (kind == Kind.BLOCKING) {
        firstAnswers.merge(position, done, Math::min);
      }
      if (isCounted(sent)) {
        synchronized (this) {
          exchanges.add(new Exchange(kind, position, sent, done, connection.bodyBytes));
        }
      }
      return text;
    }

    private boolean isCounted(long at) {
      return at >= measuredFrom && at < measuredTo;
    }

    private URI variant(String text) throws IOException {
      return text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .findFirst()
          .map(master::resolve)
          .orElseThrow(() -> new IOException("no variant in " + master));
    }
  }

  /** What is fetched: a part, or a whole segment, which has the part −1. */
  private record Item(Position position, URI uri, String range, boolean independent) {}

  /** What a player needs of a media playlist. */
  private static final class MediaPlaylist {
    private static final Pattern ATTRIBUTE = Pattern.compile("([A-Z-]+)=(?:\"([^\"]*)\"|([^,]*))");

    private final List<Item> items = new ArrayList<>();
    private final List<Item> parts = new ArrayList<>();
    private Optional<URI> map = Optional.empty();
    private long targetDuration = 2;
    private long firstSegment;
    private long nextSegment;
    private int nextPart;
    private boolean canBlock;
    private boolean ended;

    static MediaPlaylist parse(URI base, String text) {
      MediaPlaylist playlist = new MediaPlaylist();
      text.lines().forEach(line -> playlist.line(base, line));
      return playlist;
    }

    private void line(URI base, String line) {
      int colon = line.indexOf(':');
      String value = line.substring(colon + 1);
      switch (line.startsWith("#") && colon > 0 ? line.substring(0, colon) : line) {
        case "#EXT-X-TARGETDURATION" -> targetDuration = Long.parseLong(value);
        case "#EXT-X-MEDIA-SEQUENCE" -> {
          firstSegment = Long.parseLong(value);
          nextSegment = firstSegment;
        }
        case "#EXT-X-SERVER-CONTROL" -> canBlock = value.contains("CAN-BLOCK-RELOAD=YES");
        case "#EXT-X-MAP" -> map = Optional.of(base.resolve(of(attributes(value), "URI")));
        case "#EXT-X-PART" -> {
          Map<String, String> part = attributes(value);
          Item item =
              new Item(
                  new Position(nextSegment, nextPart++),
                  base.resolve(of(part, "URI")),
                  of(part, "BYTERANGE"),
                  part.containsKey("INDEPENDENT"));
          items.add(item);
          parts.add(item);
        }
        case "#EXT-X-ENDLIST" -> ended = true;
        default -> {
          if (!line.isBlank() && !line.startsWith("#")) {
            items.add(new Item(new Position(nextSegment++, -1), base.resolve(line), "", true));
            nextPart = 0;
          }
        }
      }
    }

    private static Map<String, String> attributes(String value) {
      Map<String, String> attributes = new HashMap<>();
      Matcher matcher = ATTRIBUTE.matcher(value);
      while (matcher.find()) {
        String quoted = matcher.group(2);
        attributes.put(matcher.group(1), quoted == null ? matcher.group(3) : quoted);
      }
      return attributes;
    }

    private static String of(Map<String, String> attributes, String name) {
      return attributes.getOrDefault(name, "");
    }

    /** What it does not list yet. */
    Position following() {
      return new Position(nextSegment, nextPart);
    }

    /** Where a player begins: three segments before the end, or at the last part that can. */
    Position start() {
      if (!canBlock || parts.isEmpty()) {
        return new Position(Math.max(firstSegment, nextSegment - 3), 0);
      }
      return parts.reversed().stream()
          .filter(Item::independent)
          .findFirst()
          .map(Item::position)
          .orElseGet(this::following);
    }
  }

  /** HTTP/1.1, kept alive, one request at a time. */
  private static final class Connection implements Closeable {
    private static final int MAX_HEAD = 16 << 10;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");
    private static final Pattern GZIP = Pattern.compile("(?i)\r\ncontent-encoding: *gzip\r\n");

    private final SocketChannel channel;
    private final String host;
    private final String session;
    private final ByteBuffer in = ByteBuffer.allocateDirect(MAX_HEAD).flip();
    private long bodyBytes;

    Connection(URI url, String session) throws IOException {
      this.host = url.getRawAuthority();
      this.session = session;
      this.channel = SocketChannel.open(new InetSocketAddress(url.getHost(), url.getPort()));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    /** The text of a playlist; of media, which is not kept, an empty one. */
    String get(URI url, String range, boolean keep) throws IOException {
      String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
      send(
          ("GET " + url.getRawPath() + query + " HTTP/1.1\r\nHost: " + host)
              + "\r\nUser-Agent: HlsViewers\r\nX-Playback-Session-Id: "
              + session
              + (keep ? "\r\nAccept-Encoding: gzip" : "")
              + (range.isEmpty() ? "" : "\r\nRange: bytes=" + bytesOf(range))
              + "\r\n\r\n");
      String head = head();
      if (!head.startsWith("HTTP/1.1 200") && !head.startsWith("HTTP/1.1 206")) {
        throw new IOException(head.lines().findFirst().orElse("") + " for " + url);
      }
      Matcher length = LENGTH.matcher(head);
      if (!length.find()) {
        throw new IOException("no Content-Length for " + url);
      }
      bodyBytes = Long.parseLong(length.group(1));
      if (!keep) {
        discard(bodyBytes);
        return "";
      }
      byte[] body = body((int) bodyBytes);
      if (GZIP.matcher(head).find()) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
          body = gzip.readAllBytes();
        }
      }
      return new String(body, StandardCharsets.UTF_8);
    }

    /** {@code length@offset}, as HTTP wants it. */
    private static String bytesOf(String range) {
      int at = range.indexOf('@');
      long length = Long.parseLong(range.substring(0, at));
      long offset = Long.parseLong(range.substring(at + 1));
      return offset + "-" + (offset + length - 1);
    }

    private void send(String request) throws IOException {
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      while (out.hasRemaining()) {
        channel.write(out);
      }
    }

    private String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.length() < MAX_HEAD) {
        if (!in.hasRemaining()) {
          in.clear();
          fill(in);
          in.flip();
        }
        head.append((char) in.get());
        if (head.length() > 3 && head.charAt(head.length() - 1) == '\n') {
          if (head.substring(head.length() - 4).equals("\r\n\r\n")) {
            return head.toString();
          }
        }
      }
      throw new IOException("an endless head");
    }

    private byte[] body(int length) throws IOException {
      byte[] body = new byte[length];
      int buffered = Math.min(length, in.remaining());
      in.get(body, 0, buffered);
      ByteBuffer rest = ByteBuffer.wrap(body, buffered, length - buffered);
      while (rest.hasRemaining()) {
        fill(rest);
      }
      return body;
    }

    private void discard(long length) throws IOException {
      int buffered = (int) Math.min(length, in.remaining());
      in.position(in.position() + buffered);
      long left = length - buffered;
      while (left > 0) {
        ByteBuffer nowhere = DISCARD.duplicate();
        nowhere.limit((int) Math.min(nowhere.capacity(), left));
        left -= fill(nowhere);
      }
    }

    private int fill(ByteBuffer buffer) throws IOException {
      int read = channel.read(buffer);
      if (read < 0) {
        throw new IOException("the server closed the connection");
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
