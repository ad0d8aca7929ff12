package com.wavlake.ingest.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.ingest.TestDatabase;
import com.wavlake.ingest.hls.HlsSettings;
import com.wavlake.ingest.rtmp.PublishGate.Publication;
import com.wavlake.ingest.rtmp.PublishRefused;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.SqlOutboxStore;
import com.wavlake.ingest.store.StreamHistory;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.stream.RecordingMode;
import com.wavlake.ingest.stream.StreamRecord;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.stream.StreamSession;
import com.wavlake.ingest.stream.StreamSettings;
import com.wavlake.ingest.stream.StreamState;
import com.wavlake.ingest.stream.Takeover;
import com.wavlake.ingest.time.FakeTime;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * A streamer, their encoder, a server on a real database and some relays, any of which can die and
 * come back, on a clock that the test moves.
 */
final class World implements AutoCloseable {
  static final String OWN = "wss://live.example/relay";
  static final String A = "wss://a.example";
  static final String B = "wss://b.example";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration QUIET = Duration.ofSeconds(150);
  private static final StreamSettings SETTINGS =
      new StreamSettings(
          HlsSettings.DEFAULT,
          Duration.ofSeconds(120),
          Duration.ofSeconds(30),
          Duration.ofHours(24),
          Duration.ofMinutes(5),
          20,
          500,
          12_000,
          RecordingMode.OFF,
          Duration.ofDays(7),
          Takeover.ALWAYS);

  final Relays relays = new Relays();
  final KeySigner streamer = KeySigner.of(SecretKey.generate());
  final String id = UUID.randomUUID().toString();
  private final StreamKey key = StreamKey.generate();
  private final Path directory;
  private final String url;

  private FakeTime time = new FakeTime();
  private Database database;
  private StreamStore streams;
  private StreamRegistry registry;
  private Outbox outbox;
  private Optional<Publication> encoder = Optional.empty();
  private boolean serverUp;
  private long lastStamp;
  private long coveredUntil;

  World(TestDatabase kind, Path directory) {
    this.directory = directory;
    this.url = kind.newUrl();
    database = TestDatabase.open(directory, url);
    streams = new StreamStore(database, new StreamHistory(database));
    StreamRecord.About about =
        new StreamRecord.About(
            "t", "", "music", true, Optional.empty(), Optional.empty(), "", false);
    streams.create(
        StreamRecord.created(id, streamer.publicKey(), about, key.hash(), time.now()),
        new StreamStore.Urls("rtmp://live.example/live", "https://live.example/live/x.m3u8"),
        Optional.empty(),
        Optional.empty());
    registry = new StreamRegistry(SETTINGS, streams, streams, time);
    registry.open();
    outbox = new Outbox(new SqlOutboxStore(database), registry, relays, OWN, QUIET, time);
    serverUp = true;
  }

  /** The relays that anybody can read: each keeps the newest version. */
  static final class Relays implements Postman {
    private final Map<String, Event> newest = new LinkedHashMap<>();
    private final Map<String, Receipt> moods = new LinkedHashMap<>();
    private final List<String> brought = new ArrayList<>();

    /** What a relay answers from now on in place of taking what it gets. */
    synchronized void mood(String relay, Receipt answer) {
      moods.put(relay, answer);
    }

    synchronized void recover(String relay) {
      moods.remove(relay);
    }

    @Override
    public synchronized Receipt bring(Event event, String relay) {
      brought.add(relay + " " + event.id());
      return take(event, relay);
    }

    synchronized Receipt take(Event event, String relay) {
      if (moods.containsKey(relay)) {
        return moods.get(relay);
      }
      Event before = newest.get(relay);
      if (before != null && !event.supersedes(before) && !event.equals(before)) {
        return new Receipt.Rejected("invalid: a newer version is here");
      }
      newest.put(relay, event);
      return new Receipt.Accepted();
    }

    /** What a viewer reads there. */
    synchronized String status(String relay) {
      return Optional.ofNullable(newest.get(relay))
          .flatMap(event -> LiveStream.parse(event).status())
          .map(status -> status.name().toLowerCase(Locale.ROOT))
          .orElse("nothing");
    }

    synchronized Optional<Event> event(String relay) {
      return Optional.ofNullable(newest.get(relay));
    }

    /** Every attempt of the server's, {@code relay id}. */
    synchronized List<String> brought() {
      return List.copyOf(brought);
    }
  }

  Instant now() {
    return time.now();
  }

  Outbox outbox() {
    return outbox;
  }

  boolean isServerUp() {
    return serverUp;
  }

  boolean isEncoderUp() {
    return encoder.isPresent();
  }

  StreamState status() {
    return registry.record(id).orElseThrow().status();
  }

  /** Moves the clock, and waits until what became due has been tried. */
  void pass(Duration by) {
    Instant end = time.now().plus(by);
    while (time.now().isBefore(end)) {
      Duration left = Duration.between(time.now(), end);
      time.advance(left.compareTo(Duration.ofSeconds(5)) < 0 ? left : Duration.ofSeconds(5));
      settle();
    }
  }

  /** Deliveries run on threads of their own. */
  void settle() {
    if (serverUp) {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (outbox.underWay() > 0) {
        assertThat(System.nanoTime()).as("deliveries end").isLessThan(deadline);
        LockSupport.parkNanos(100_000);
      }
    }
  }

  // the encoder

  void encoderComes() {
    try {
      encoder = Optional.of(registry.admit(key.reveal(), "192.0.2.1", () -> {}));
    } catch (PublishRefused e) {
      encoder = Optional.empty(); // the stream is over
    }
  }

  void encoderDies() {
    encoder.ifPresent(publication -> publication.lost("gone"));
    encoder = Optional.empty();
  }

  void encoderStops() {
    encoder.ifPresent(Publication::unpublished);
    encoder = Optional.empty();
  }

  // the streamer's program

  void start() {
    registry.with(id, StreamSession::start);
  }

  void stop() {
    registry.with(id, session -> session.stop("stopped by its owner"));
  }

  Event version(LiveStream.Status status, Instant at) {
    LiveStream.Builder edit =
        LiveStream.builder(id)
            .title("t")
            .streaming("https://live.example/live/" + id + ".m3u8")
            .relays(List.of(A, B));
    LiveStream.Builder said =
        switch (status) {
          case PLANNED -> edit.planned();
          case LIVE -> edit.live(at);
          case ENDED -> edit.ended(at);
        };
    return streamer.sign(said.build().toTemplate(at));
  }

  /** One that the relays take for newer, as any client makes it. */
  private Instant stamp() {
    lastStamp = Math.max(time.now().getEpochSecond(), lastStamp + 1);
    return Instant.ofEpochSecond(lastStamp);
  }

  void plan() {
    publish(version(LiveStream.Status.PLANNED, stamp()));
  }

  /** The first half of a heartbeat; empty when the server does not answer. */
  Optional<Event> deposit(Instant stamp) {
    if (!serverUp) {
      return Optional.empty();
    }
    Event will = version(LiveStream.Status.ENDED, stamp.plusSeconds(180));
    outbox.deposit(new LastWill(id, will, time.now()));
    coveredUntil = will.createdAt();
    return Optional.of(will);
  }

  Optional<Event> deposit() {
    return deposit(Instant.ofEpochSecond(Math.max(time.now().getEpochSecond(), lastStamp + 1)));
  }

  /** A whole heartbeat: will first, then what it ends. */
  Optional<Event> beat() {
    Instant stamp = stamp();
    Optional<Event> will = deposit(stamp);
    if (stamp.getEpochSecond() < coveredUntil) { // else the client holds its peace
      publish(version(LiveStream.Status.LIVE, stamp));
    }
    return will;
  }

  /** As long as it lives. */
  void beatFor(Duration time) {
    for (long left = time.toSeconds(); left > 0; left -= 60) {
      pass(Duration.ofSeconds(Math.min(60, left)));
      beat();
    }
  }

  void publishEnd() {
    publish(version(LiveStream.Status.ENDED, stamp()));
  }

  /** A client reads what is newest before it writes, as ours does. */
  void adopt() {
    for (String relay : List.of(OWN, A, B)) {
      relays.event(relay).ifPresent(e -> lastStamp = Math.max(lastStamp, e.createdAt()));
    }
  }

  private void publish(Event event) {
    for (String relay : serverUp ? List.of(OWN, A, B) : List.of(A, B)) {
      relays.take(event, relay);
    }
  }

  // the server

  /** As by kill -9: nothing more is said, written or tried; time stands still for it. */
  void serverDies() {
    Instant at = time.now();
    settle();
    serverUp = false;
    encoder = Optional.empty(); // its socket is gone
    database.close();
    time = new FakeTime(at); // no alarm of the dead one rings
  }

  void serverStarts() {
    database = TestDatabase.open(directory, url);
    streams = new StreamStore(database, new StreamHistory(database));
    registry = new StreamRegistry(SETTINGS, streams, streams, time);
    registry.open();
    outbox = new Outbox(new SqlOutboxStore(database), registry, relays, OWN, QUIET, time);
    serverUp = true;
  }

  @Override
  public void close() {
    if (serverUp) {
      settle();
      database.close();
    }
  }
}
