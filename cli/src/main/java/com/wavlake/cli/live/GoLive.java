package com.wavlake.cli.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.chat.ChatAside;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.command.WhereToWatch;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.Words;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamEvent;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.broadcast.StreamDraft;
import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes a stream from planned to ended and tells about it: words for people, NDJSON for scripts.
 * One loop on one thread; what happens elsewhere comes in by a queue.
 */
public final class GoLive implements AutoCloseable {
  private static final Duration LOOK_UP = Duration.ofSeconds(3);

  /** How long the provider may take to notice that the encoder has gone. */
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private static final Duration LAST_BYTES = Duration.ofSeconds(2);

  /** Something that the loop has to know. */
  private sealed interface Signal {
    record FromProvider(StreamEvent event) implements Signal {}

    record Stop(String reason) implements Signal {}

    record EncoderDone(String reason) implements Signal {}

    record Lost(LiveException problem) implements Signal {}
  }

  private final Console console;
  private final ManagementClient client;
  private final StreamDetails stream;
  private final Broadcast broadcast;
  private final WhereToWatch watch;
  private final ChatAside chat;
  private final StatusLine statusLine;
  private final RelayNews relayNews;
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final Thread follower;
  private final boolean hadVersion;
  private final long startedNanos = System.nanoTime();

  private volatile Consumer<ChatMessage> onChat = _ -> {};
  private Runnable onLive = () -> {};
  private volatile boolean interrupted;
  private Optional<String> recording = Optional.empty();
  private boolean isLive;
  private volatile boolean isOver;
  private volatile boolean providerIsLost;
  private boolean isConnected;
  private boolean endedByEncoder;
  private boolean endIsTold;
  private @Nullable String lastReason;
  private long lastBytesBy;
  private String connection = "";
  private boolean encoderIsTold;
  private boolean pictureIsTried;
  private Set<String> warned = Set.of();
  private @Nullable PublishResult ended;
  private @Nullable PublishResult live;
  private long firstSegmentMillis = -1;

  public GoLive(
      Console console,
      ManagementClient client,
      Signer signer,
      RelayPool relays,
      StreamDetails stream,
      ProviderInfo provider) {
    this.console = console;
    this.client = client;
    this.stream = stream;
    LiveStream draft = StreamDraft.of(stream, provider.apiUrl(), relays.urls(), signer.publicKey());
    Optional<Event> newest = relays.newest(draft.addressBy(signer.publicKey()), LOOK_UP);
    this.hadVersion = newest.isPresent();
    LiveStream start =
        newest.map(LiveStream::parse).orElse(draft); // what was edited elsewhere stays
    this.broadcast =
        Broadcast.of(
            start,
            relays,
            signer,
            BroadcastSettings.DEFAULT
                .lastWill(LastWill.withProvider(client, stream.streamId()))
                .onHeartbeat(this::heartbeat)
                .onProblem(this::problem));
    this.watch = WhereToWatch.at(provider, naddr(), stream.hlsPlayback());
    TitleNews news = new TitleNews(console, start);
    this.chat = ChatAside.open(console, relays, broadcast.address(), this::happened, news::heard);
    this.statusLine = new StatusLine(console, relays);
    this.relayNews = new RelayNews(console, relays);
    this.follower = Thread.ofVirtual().name("follow").start(this::follow);
  }

  /** Hears of chat messages, on another thread. */
  public void onChat(Consumer<ChatMessage> listener) {
    onChat = listener;
  }

  /** Runs once it is live, on the loop's thread. */
  public void onLive(Runnable action) {
    onLive = action;
  }

  public String naddr() {
    return broadcast.address().naddr();
  }

  public WhereToWatch watch() {
    return watch;
  }

  public long firstSegmentMillis() {
    return firstSegmentMillis;
  }

  public Optional<PublishResult> live() {
    return Optional.ofNullable(live);
  }

  public Optional<PublishResult> ended() {
    return Optional.ofNullable(ended);
  }

  /** Publishes it as planned, unless a version of it is out already. */
  public void plan() {
    if (hadVersion || stream.status().equals("live") || stream.status().equals("reconnecting")) {
      console.say("stream    " + naddr());
      return;
    }
    PublishResult result = broadcast.plan().requireAccepted(1);
    console.event(
        "planned",
        watch.in(Reports.json(result).put("naddr", naddr()).put("stream_id", stream.streamId())),
        "planned   " + naddr() + "   " + Reports.sentence(result));
  }

  /** Ends the stream because its streamer wants to; from any thread. */
  public void interrupt() {
    interrupted = true;
    stop("interrupted by the streamer");
  }

  public boolean wasInterrupted() {
    return interrupted;
  }

  /** Ends the stream, from any thread. */
  public void stop(String reason) {
    signals.add(new Signal.Stop(reason));
  }

  /**
   * Ends the stream once the provider has taken in the last that the encoder sent; from any thread.
   */
  public void stopBehindEncoder(String reason) {
    signals.add(new Signal.EncoderDone(reason));
  }

  /**
   * Runs until it is over.
   *
   * @param waitForSegment whether live means that somebody can watch; otherwise a connected encoder
   *     is enough
   */
  public void run(boolean waitForSegment) throws InterruptedException {
    if (stream.status().equals("live") || stream.status().equals("reconnecting")) {
      goLive(); // taken up again from another terminal
    } else {
      console.say("waiting   for the encoder");
      statusLine.waitsFor("waiting for the encoder");
    }
    while (!isOver) {
      long patience = lastBytesBy - System.nanoTime();
      Signal next =
          lastReason == null
              ? signals.take()
              : signals.poll(Math.max(0, patience), TimeUnit.NANOSECONDS);
      switch (next) {
        case null -> leaveOrEnd(String.valueOf(lastReason));
        case Signal.Stop(String reason) -> end(reason);
        case Signal.EncoderDone(String reason) -> {
          lastReason = reason;
          lastBytesBy = System.nanoTime() + LAST_BYTES.toNanos();
          if (!isConnected && !endIsTold) {
            endBehindEncoder(reason);
          }
        }
        case Signal.Lost(LiveException problem) -> throw problem;
        case Signal.FromProvider(StreamEvent event) -> handle(event, waitForSegment);
      }
    }
  }

  private void handle(StreamEvent event, boolean waitForSegment) throws InterruptedException {
    if (providerIsLost) {
      providerIsLost = false;
      statusLine.trouble("");
      console.event("provider_back", Console.object(), "provider  is back");
    }
    switch (event) {
      case StreamEvent.Connection c -> {
        tellConnection(c);
        isConnected = c.connectionState().equals("connected");
        endIsTold = c.status().equals("ended"); // then its reason follows
        if (lastReason != null && !isConnected && !endIsTold) {
          endBehindEncoder(lastReason);
          return;
        }
        if (!isLive && !waitForSegment && c.connectionState().equals("connected")) {
          goLive();
        }
      }
      case StreamEvent.FirstSegment(long afterMillis, String _) -> {
        if (firstSegmentMillis < 0) {
          tellEncoder();
          firstSegmentMillis = afterMillis;
          console.event(
              "playable",
              watch.in(Console.object().put("after_ms", afterMillis)),
              String.format("playable  after %.1f s  %s", afterMillis / 1000.0, watch.best()));
        }
        if (!isLive) {
          goLive();
        }
      }
      case StreamEvent.Viewers(int current, int peak) -> {
        broadcast.viewers(current);
        statusLine.viewers(current);
        if (isLive && !console.showsStatus()) {
          console.event(
              "viewers",
              Console.object().put("current", current).put("peak", peak),
              "viewers   " + current);
        }
      }
      case StreamEvent.Health health -> {
        statusLine.bitrate(health.bitrateKbps());
        warn(health.warnings());
        recorded(health.recording());
        health.thumbnail().ifPresent(this::picture);
        if (console.isJson()) {
          ObjectNode json =
              Console.object()
                  .put("bitrate_kbps", health.bitrateKbps())
                  .put("frame_rate", health.frameRate());
          json.put("keyframe_interval_ms", health.keyframeIntervalMillis());
          health
              .warnings()
              .forEach(json.put("jitter_ms", health.jitterMillis()).putArray("warnings")::add);
          console.event("health", json, "");
        }
      }
      case StreamEvent.KeyReplaced _ -> console.say("the stream key was replaced");
      case StreamEvent.Ended(String reason, long _, Optional<String> recorded) -> {
        recording = recorded.or(() -> recording);
        end(reason);
      }
    }
  }

  /** Each once, until it is over: the figures in it change all the time. */
  private void warn(List<String> warnings) {
    Set<String> now = new HashSet<>();
    for (String warning : warnings) {
      String kind = warning.replaceAll("[0-9]+([.][0-9]+)?", "#");
      now.add(kind);
      if (!warned.contains(kind)) {
        console.warn(Console.plain(warning));
      }
    }
    warned = now;
  }

  private void recorded(Optional<String> url) {
    if (recording.isEmpty() && url.isPresent()) {
      console.event(
          "recording",
          Console.object().put("recording", url.get()),
          "recording " + Console.plain(url.get()));
    }
    recording = url.or(() -> recording);
  }

  /** A stream without a picture of its own gets the provider's. */
  private void picture(String url) {
    if (!isLive || pictureIsTried || broadcast.current().image().isPresent()) {
      return;
    }
    pictureIsTried = true;
    Thread.ofVirtual() // a remote signer may take its time, and a picture is not worth the stream
        .name("picture")
        .start(() -> {
          try {
            heartbeat(broadcast.edit(edit -> edit.image(url)));
          } catch (LiveException e) {
            problem(e);
          }
        });
  }

  private void tellConnection(StreamEvent.Connection c) {
    String tracks =
        c.tracks().stream()
            .map(t -> Console.plain(t.description()))
            .collect(Collectors.joining(", "));
    String now = c.connectionState() + " " + tracks;
    boolean first = connection.isEmpty() && c.connectionState().equals("disconnected");
    if (now.equals(connection) || first) {
      return;
    }
    connection = now;
    boolean connected = c.connectionState().equals("connected");
    statusLine.trouble(
        isLive && !connected && !c.status().equals("ended") ? "encoder lost, waiting for it" : "");
    statusLine.waitsFor(connected ? "waiting until it can be watched" : "waiting for the encoder");
    ObjectNode json =
        Console.object().put("status", c.status()).put("connection_state", c.connectionState());
    c.tracks().forEach(t -> json.withArray("tracks").add(t.description()));
    boolean partOfIt = connected && c.tracks().size() < 2; // the other track follows at once
    encoderIsTold = !partOfIt;
    console.event("encoder", json, partOfIt ? "" : encoderWords());
  }

  private String encoderWords() {
    String[] parts = connection.split(" ", 2);
    return "encoder   " + parts[0] + (parts[1].isEmpty() ? "" : ", " + parts[1]);
  }

  /** An encoder that sends one track alone is told of before what it leads to. */
  private void tellEncoder() {
    if (!encoderIsTold && !connection.isEmpty()) {
      encoderIsTold = true;
      console.say(encoderWords());
    }
  }

  private void goLive() {
    try {
      var _ = client.start(stream.streamId());
    } catch (ApiException e) {
      if (e.status() != 409) {
        throw e;
      }
      console.say(
          "waiting   "
              + Console.plain(String.valueOf(e.getMessage()))); // it left again: it may come back
      return;
    }
    tellEncoder();
    isLive = true; // from here on it has to be ended, whatever comes
    PublishResult result = broadcast.goLive();
    live = result;
    statusLine.live(started());
    long millis = (System.nanoTime() - startedNanos) / 1_000_000;
    ObjectNode json =
        Reports.json(result)
            .put("live_event_id", result.event().id().hex())
            .put("elapsed_ms", millis);
    console.event(
        "live",
        json,
        Console.red("●") + " LIVE    " + Reports.sentence(result) + "   Ctrl-C ends the stream");
    onLive.run();
  }

  private Instant started() {
    return broadcast.current().starts().orElseGet(Instant::now);
  }

  private void endBehindEncoder(String reason) {
    endedByEncoder = true;
    end(reason);
  }

  /** Whether the end was the encoder's doing, and not somebody's wish. */
  public boolean wasEndedByEncoder() {
    return endedByEncoder;
  }

  /** Our encoder is gone, and yet the provider has one: the stream is another terminal's to end. */
  private void leaveOrEnd(String reason) {
    if (providerIsLost) { // what it said last is old
      endBehindEncoder(reason);
      return;
    }
    isOver = true;
    relayNews.over();
    statusLine.close();
    follower.interrupt();
    broadcast.detach();
    console.event(
        "left",
        Console.object().put("reason", reason),
        "left      another encoder has taken over; the stream goes on without this terminal");
  }

  /**
   * At the provider and on the relays at once: a provider that does not answer must not leave the
   * stream live there.
   */
  private void end(String reason) {
    isOver = true;
    relayNews.over();
    statusLine.close();
    follower.interrupt();
    if (!isLive) {
      console.event(
          "stopped",
          Console.object().put("reason", reason),
          "stopped   " + Console.plain(reason) + ", before it was live");
      console.say("          'wlk live' takes it up again, 'wlk stream delete current' removes it");
      broadcast.detach();
      return;
    }
    CompletableFuture<String> stopped = new CompletableFuture<>();
    Thread.ofVirtual().name("stop").start(() -> stopAtProvider(stopped));
    Optional<PublishResult> published;
    try {
      published =
          broadcast.end(edit -> {
            recording.ifPresent(edit::recording);
            return edit;
          });
    } catch (LiveException e) {
      throw new CliError(
          "not_ended",
          "the end could not be signed or published: " + Console.plain(e.getMessage()),
          "wlk end, once the signer and a relay answer; the provider has the last will");
    } finally {
      console.say(
          stopped
              .completeOnTimeout(
                  "the provider has not answered yet", STOPPING.toMillis(), TimeUnit.MILLISECONDS)
              .join());
    }
    Optional<PublishResult> result =
        published.filter(r -> !isSuperseded(r)); // another terminal was quicker
    result.ifPresent(r -> ended = accepted(r));
    ObjectNode json = result.map(Reports::json).orElseGet(Console::object).put("reason", reason);
    result.ifPresent(r -> json.put("ended_event_id", r.event().id().hex()));
    String sentence = result.map(Reports::sentence).orElse("it was ended elsewhere");
    console.event("ended", json, "ended     " + Console.plain(reason) + "; " + sentence);
  }

  private static boolean isSuperseded(PublishResult result) {
    return result.acceptedCount() == 0
        && result.failures().stream().anyMatch(f -> f.reason().contains("newer version"));
  }

  private static PublishResult accepted(PublishResult result) {
    try {
      return result.requireAccepted(1);
    } catch (LiveException e) {
      throw new CliError(
          "not_ended",
          "no relay knows that the stream has ended: " + e.getMessage(),
          "wlk end, once a relay answers");
    }
  }

  private void stopAtProvider(CompletableFuture<String> words) {
    try {
      var status = client.stop(stream.streamId());
      String clock = Words.clock(status.durationSeconds());
      words.complete(
          "total     "
              + clock
              + ", peak "
              + status.peakViewers()
              + " viewers, "
              + status.totalViewers()
              + " in all");
    } catch (LiveException e) {
      words.complete("the provider was not told of the end: " + Console.plain(e.getMessage()));
    }
  }

  private void heartbeat(PublishResult result) {
    if (result.acceptedCount() == 0) {
      console.warn("heartbeat " + Reports.sentence(result));
    }
  }

  /** A provider that keeps no wills is no news every minute. */
  private void problem(LiveException problem) {
    if (problem.category() != LiveException.Category.UNSUPPORTED) {
      console.warn(Console.plain(String.valueOf(problem.getMessage())));
    }
  }

  private void happened(ChatItem item) {
    if (item instanceof ChatItem.Said said) {
      onChat.accept(said.message());
    }
  }

  private void follow() {
    try {
      client.follow(
          stream.streamId(),
          event -> signals.add(new Signal.FromProvider(event)),
          this::providerLost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (LiveException e) {
      signals.add(new Signal.Lost(e));
    }
  }

  private void providerLost(String problem) {
    if (isOver || providerIsLost) {
      return;
    }
    providerIsLost = true;
    statusLine.trouble("the provider does not answer");
    console.event(
        "provider_lost",
        Console.object().put("reason", problem),
        "warning: the provider does not answer, trying again: " + problem);
  }

  /** What is live still is ended: whatever went wrong, it must not read live for ever. */
  @Override
  public void close() {
    try {
      if (isLive && !isOver) {
        end("wlk failed");
      }
    } finally {
      relayNews.over();
      statusLine.close();
      follower.interrupt();
      chat.close();
      broadcast.detach();
    }
  }
}
