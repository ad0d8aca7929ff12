package com.wavlake.cli.check;

import com.wavlake.cli.shell.CliError;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.api.StreamStatus;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One stream, from create to cleanup. Whatever happens on the way, it is ended and deleted behind
 * it. For one thread, whose interrupt ends it early.
 */
final class SmokeRun {
  private static final Duration STALLED = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final int LOOKED_THROUGH = 50;

  private final SmokePlan plan;
  private final int round;
  private final int number;
  private final Steps steps;
  private final String title = "wlk smoke " + UUID.randomUUID().toString().substring(0, 8);

  // set within the steps, so that what a step that failed has opened is closed
  private volatile Optional<CreatedStream> stream = Optional.empty();
  private volatile Optional<StreamerSide> streamer = Optional.empty();
  private volatile Optional<ViewerSide> viewer = Optional.empty();
  private volatile Optional<Pusher> pusher = Optional.empty();
  private volatile Optional<Follower> follower = Optional.empty();
  private volatile boolean mayBeCreated;
  private volatile long pushBegan;

  /** One of a plan's streams, by its round and its number in it. */
  SmokeRun(SmokePlan plan, int round, int number, Consumer<StepResult> listener) {
    this.plan = plan;
    this.round = round;
    this.number = number;
    this.steps = new Steps(plan.patience(), listener);
  }

  RunResult run() {
    Instant began = Instant.now();
    long start = System.nanoTime();
    try {
      tryAll();
    } catch (InterruptedException e) {
      steps.cutShortBefore(Step.CLEANUP); // which comes all the same
    }
    awaitEnd(Thread.ofVirtual().name("cleanup").start(this::cleanUp));
    steps.skipUntried(Step.CLEANUP, "nothing was created");
    String id = stream.map(CreatedStream::streamId).orElse("");
    return new RunResult(round, number, id, began, Millis.since(start), steps.results());
  }

  private void tryAll() throws InterruptedException {
    Optional<ProviderInfo> info = steps.take(Step.PROVIDER, this::provider);
    var _ = steps.take(Step.REFUSES_UNSIGNED, this::refusesUnsigned);
    var _ = steps.take(Step.CREATE, this::create);
    List<String> relays = relays(info);
    var _ = steps.take(Step.PLANNED_EVENT, () -> planned(relays));
    var _ = steps.take(Step.PUSH, this::push);
    var _ = steps.take(Step.FIRST_SEGMENT, this::firstSegment);
    var _ = steps.take(Step.LIVE_EVENT, this::goLive);
    var _ = steps.take(Step.START, this::started);
    Optional<HlsViewer> player = steps.take(Step.FIRST_FRAME, this::firstFrame);
    var _ = steps.take(Step.DISCOVERY, () -> discover(relays));
    var _ = steps.take(Step.CHAT_TO_STREAMER, () -> chatToStreamer(relays));
    var _ = steps.take(Step.CHAT_TO_VIEWER, () -> chatToViewer(relays));
    var _ = steps.take(Step.VIEWERS, () -> viewers(player.orElseThrow()));
    Duration duration = plan.duration().plus(STALLED);
    var _ = steps.take(Step.PLAYS_ON, duration, () -> playsOn(player.orElseThrow()));
    var _ = steps.take(Step.PUSH_TO_PLAYER, () -> player.orElseThrow().behind());
    var _ = steps.take(Step.REFUSES_STRANGERS, this::refusesStrangers);
    var _ = steps.take(Step.STOP, this::stop);
    var _ = steps.take(Step.ENDED_EVENT, () -> ended(relays));
  }

  private List<String> relays(Optional<ProviderInfo> info) {
    Set<String> urls = new LinkedHashSet<>();
    info.map(ProviderInfo::relayUrl).filter(url -> !url.isEmpty()).ifPresent(urls::add);
    urls.addAll(plan.relays());
    return List.copyOf(urls);
  }

  private Done<ProviderInfo> provider() {
    try {
      ProviderInfo info = plan.client().info();
      if (!info.apiUrl().equals(plan.provider())) {
        throw new LiveException(
            Category.INVALID, "it calls itself " + info.apiUrl() + ": authorisations name that");
      }
      return Done.of(info, info.name() + " " + info.version());
    } catch (ApiException e) {
      throw e.status() == 404 ? new NotOffered("it says nothing of itself") : e;
    }
  }

  private Done<Boolean> refusesUnsigned() throws IOException, InterruptedException {
    URI create = Web.uri(plan.provider() + "/api/v1/streams/create");
    String body = "{\"title\":\"unsigned\",\"category\":\"other\"}";
    int status = plan.web().post(create, body, Map.of("Content-Type", "application/json")).status();
    if (status != 401) {
      throw new LiveException(
          Category.INVALID, "a create without authorisation is answered with " + status);
    }
    return Done.saying("a create without authorisation: 401");
  }

  private Done<Boolean> create() {
    mayBeCreated = true;
    try {
      CreatedStream created =
          plan.client()
              .create(CreateStream.titled(title).description("A check; it ends by itself."));
      stream = Optional.of(created);
      return Done.saying(created.streamId());
    } catch (ApiException e) {
      mayBeCreated = e.status() >= 500;
      throw e;
    }
  }

  private Done<Boolean> planned(List<String> relays) {
    StreamerSide side = new StreamerSide(plan, stream.orElseThrow(), title, relays);
    streamer = Optional.of(side);
    return Done.saying(side.plan());
  }

  private Done<Boolean> push() throws Exception {
    CreatedStream created = stream.orElseThrow();
    pushBegan = System.nanoTime();
    StreamKey key =
        created
            .streamKey()
            .orElseThrow(
                () -> new LiveException(Category.INVALID, "the provider gave no stream key"));
    follower = Optional.of(new Follower(plan.client(), created.streamId()));
    pusher = Optional.of(Pusher.start(created.rtmpIngest(), key.reveal(), plan.patience()));
    return Done.saying(created.rtmpIngest());
  }

  private HlsViewer player() throws IOException {
    return new HlsViewer(plan.web(), Web.uri(stream.orElseThrow().hlsPlayback()));
  }

  private Done<Boolean> firstSegment() throws IOException, InterruptedException {
    if (follower.orElseThrow().awaitPlayable()) {
      return Done.saying("told by the provider");
    }
    player().awaitPlayable();
    return Done.saying("by asking for the playlist: the provider tells no events");
  }

  private Done<HlsViewer> firstFrame() throws IOException, InterruptedException {
    HlsViewer player = player();
    return Done.of(player, player.firstFrame());
  }

  private Done<Boolean> goLive() {
    var _ = plan.client().start(stream.orElseThrow().streamId());
    return Done.saying(streamer.orElseThrow().goLive());
  }

  private Done<Boolean> started() {
    return Done.saying("from push to live event")
        .measured(Duration.ofMillis(Millis.since(pushBegan)));
  }

  /** Whoever watches comes with the first step that needs them. */
  private ViewerSide viewer(List<String> relays) {
    if (viewer.isEmpty()) {
      viewer = Optional.of(new ViewerSide(relays, streamer.orElseThrow().address()));
    }
    return viewer.get();
  }

  private Done<Boolean> discover(List<String> relays) throws InterruptedException {
    ViewerSide side = viewer(relays);
    side.discover();
    return Done.saying("among the newest, and by its naddr");
  }

  private Done<Boolean> chatToStreamer(List<String> relays) throws InterruptedException {
    ViewerSide side = viewer(relays);
    side.chatter().tell(streamer.orElseThrow().chatter(), "hello from " + title, side.signer());
    return Done.saying("");
  }

  private Done<Boolean> chatToViewer(List<String> relays) throws InterruptedException {
    Chatter other = viewer(relays).chatter();
    streamer.orElseThrow().chatter().tell(other, "welcome to " + title, plan.signer());
    return Done.saying("");
  }

  private Done<Boolean> viewers(HlsViewer player) throws IOException, InterruptedException {
    String id = stream.orElseThrow().streamId();
    while (true) {
      var _ = player.reload();
      player.beacon();
      int now = plan.client().status(id).currentViewers();
      if (now >= 1) {
        return Done.saying(now + " counted");
      }
      TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
    }
  }

  private Done<Boolean> playsOn(HlsViewer player) throws IOException, InterruptedException {
    try {
      return Done.saying(player.watch(plan.duration(), STALLED) + " more segments");
    } catch (IOException | LiveException e) {
      Optional<String> problem = pusher.flatMap(Pusher::problem);
      if (problem.isPresent()) {
        throw new IOException(problem.get(), e);
      }
      throw e;
    }
  }

  private Done<Boolean> refusesStrangers() {
    String id = stream.orElseThrow().streamId();
    try (KeySigner stranger = KeySigner.of(SecretKey.generate());
        ManagementClient client = ManagementClient.at(plan.provider(), stranger)) {
      var _ = client.stop(id);
    } catch (ApiException e) {
      if (e.status() != 403 && e.status() != 404) { // some tell strangers nothing at all
        throw e;
      }
      StreamStatus now = plan.client().status(id);
      if (!now.status().equals("live")) {
        throw new LiveException(
            Category.INVALID, "a stranger was refused, and yet it is " + now.status());
      }
      return Done.saying("a stop with another key: " + e.status());
    }
    throw new LiveException(Category.INVALID, "anybody can stop this stream");
  }

  private Done<Boolean> stop() {
    var _ = plan.client().stop(stream.orElseThrow().streamId());
    return Done.saying("");
  }

  private Done<Boolean> ended(List<String> relays) throws InterruptedException {
    String words = streamer.orElseThrow().end();
    viewer(relays).awaitStatus(Status.ENDED);
    return Done.saying(words + ", seen by the viewer");
  }

  /** On a thread that nobody interrupts. */
  private void cleanUp() {
    follower.ifPresent(Follower::close);
    pusher.ifPresent(Pusher::close);
    try {
      if (stream.isPresent()) {
        clearAway(stream.get().streamId());
      } else if (mayBeCreated) {
        var _ = steps.take(Step.CLEANUP, plan.patience(), this::clearAwayUnknown);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      viewer.ifPresent(ViewerSide::close);
      streamer.ifPresent(StreamerSide::close);
    }
  }

  private void clearAway(String id) throws InterruptedException {
    Optional<String> notEnded = Optional.empty();
    if (streamer.isPresent() && !steps.hasWorked(Step.ENDED_EVENT)) {
      notEnded = attempt(() -> streamer.get().end()).map(why -> "not ended on its relays: " + why);
    }
    Optional<String> notStopped = Optional.empty();
    if (!steps.hasWorked(Step.STOP)) { // what is on air is not deleted
      notStopped = attempt(this::stop).map(why -> "not stopped: " + why);
    }
    if (streamer.isPresent() && !plan.keep()) {
      var _ =
          attempt(() -> {
            streamer.get().askToForget(plan.patience());
            return true;
          });
    }
    List<String> left = new ArrayList<>();
    if (!steps.hasFailed(Step.PLANNED_EVENT)) { // else there is nothing to end
      notEnded.ifPresent(left::add);
    }
    Optional<String> unlessDeleted =
        notStopped.filter(_ -> steps.hasWorked(Step.PUSH)); // else nothing is on air
    var _ = steps.take(Step.CLEANUP, plan.patience(), () -> delete(id, left, unlessDeleted));
  }

  private Done<Boolean> delete(String id, List<String> left, Optional<String> unlessDeleted) {
    Optional<String> kept = Optional.of("kept: wlk stream delete " + id);
    if (!plan.keep()) {
      try {
        kept = Optional.empty();
        var _ =
            Bounded.call(
                plan.patience(),
                () -> {
                  plan.client().delete(id);
                  return true;
                });
      } catch (ApiException e) {
        if (e.status() == 404 || e.status() == 405 || e.status() == 501) {
          kept = Optional.of("the provider does not delete streams; it is ended");
        } else {
          left.add("not deleted: " + e.getMessage());
        }
      } catch (Exception e) {
        left.add("not deleted: " + e.getMessage());
      }
    }
    if (kept.isPresent() || !left.isEmpty()) {
      unlessDeleted.ifPresent(left::add);
    }
    if (!left.isEmpty()) {
      String naddr = streamer.map(side -> " " + side.address().naddr()).orElse("");
      throw new CliError("left_behind", id + naddr + ": " + String.join("; ", left), "");
    }
    if (kept.isPresent()) {
      throw new NotOffered(kept.get());
    }
    return Done.saying("deleted");
  }

  private Done<Boolean> clearAwayUnknown() {
    AtomicBoolean found = new AtomicBoolean();
    Optional<String> problem =
        attempt(() -> {
          found.set(deleteByTitle());
          return true;
        });
    if (problem.isPresent()) {
      throw new CliError(
          "left_behind",
          "a stream '" + title + "' may be left at the provider: " + problem.get(),
          "");
    }
    if (!found.get()) {
      throw new NotOffered("nothing was created");
    }
    return Done.saying("deleted, by its title");
  }

  /** A create whose answer nobody waited for may have worked. */
  private boolean deleteByTitle() {
    for (StreamDetails each : plan.client().list(Optional.empty(), LOOKED_THROUGH).streams()) {
      if (each.title().equals(title)) {
        plan.client().delete(each.streamId());
        return true;
      }
    }
    return false;
  }

  /** What went wrong, if anything did. */
  private Optional<String> attempt(Callable<?> work) {
    try {
      var _ = Bounded.call(plan.patience(), work);
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static void awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
