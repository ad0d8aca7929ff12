package com.wavlake.cli.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.chat.ChatAside;
import com.wavlake.cli.command.Reports;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.broadcast.Broadcast;
import com.wavlake.live.broadcast.BroadcastSettings;
import com.wavlake.live.broadcast.LastWill;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.LiveStream.Status;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A stream that somebody else carries: any HLS there is, live on relays from now until it is over,
 * with no provider at all.
 */
final class Announce implements AutoCloseable {
  private final Console console;
  private final Broadcast broadcast;
  private final ChatAside chat;
  private final StatusLine statusLine;
  private final RelayNews relayNews;
  private final TitleNews news;
  private final CompletableFuture<String> over = new CompletableFuture<>();
  private volatile boolean isLive;

  /**
   * Nothing is published yet.
   *
   * @param will kept here, for whoever runs next
   */
  Announce(Console console, LiveStream stream, LastWill will, RelayPool relays, Signer signer) {
    this.console = console;
    this.news = new TitleNews(console, stream);
    this.broadcast =
        Broadcast.of(
            stream,
            relays,
            signer,
            BroadcastSettings.DEFAULT
                .lastWill(will)
                .onHeartbeat(this::heartbeat)
                .onProblem(problem -> console.warn(Console.plain(problem.getMessage()))));
    this.chat = ChatAside.open(console, relays, broadcast.address(), _ -> {}, this::newest);
    this.statusLine = new StatusLine(console, relays);
    this.relayNews = new RelayNews(console, relays);
  }

  /** Ends it, from any thread. */
  void stop(String reason) {
    over.complete(reason);
  }

  /** Live until {@link #stop}, or until another terminal ends it. */
  void run() {
    isLive = true; // an answer that is lost may have been a yes
    PublishResult result;
    try {
      result = broadcast.goLive();
    } catch (LiveException e) {
      isLive = e.category() != LiveException.Category.REFUSED;
      throw e;
    }
    statusLine.live(Instant.now());
    String naddr = broadcast.address().naddr();
    ObjectNode json =
        Reports.json(result)
            .put("naddr", naddr)
            .put("stream_id", broadcast.address().identifier())
            .put("live_event_id", result.event().id().hex());
    console.event(
        "live",
        json,
        Console.red("●")
            + " LIVE    "
            + naddr
            + "   "
            + Reports.sentence(result)
            + "   Ctrl-C ends the stream");
    console.say(
        "          if this process dies, the next wlk command says that the stream has ended");
    end(over.join());
  }

  private void end(String reason) {
    isLive = false;
    relayNews.over();
    statusLine.close();
    Optional<PublishResult> published = broadcast.end();
    ObjectNode json = published.map(Reports::json).orElseGet(Console::object).put("reason", reason);
    published.ifPresent(r -> json.put("ended_event_id", r.event().id().hex()));
    String sentence = published.map(Reports::sentence).orElse("it was ended elsewhere");
    console.event("ended", json, "ended     " + Console.plain(reason) + "; " + sentence);
    try {
      published.ifPresent(r -> r.requireAccepted(1));
    } catch (LiveException e) {
      throw new CliError(
          "not_ended",
          "no relay knows that the stream has ended: " + e.getMessage(),
          "wlk end, once a relay answers");
    }
  }

  private void heartbeat(PublishResult result) {
    if (result.acceptedCount() == 0) {
      console.warn("heartbeat " + Reports.sentence(result));
    }
  }

  private void newest(LiveStream newest) {
    news.heard(newest);
    if (isLive && newest.status().equals(Optional.of(Status.ENDED))) {
      over.complete("ended by another terminal");
    }
  }

  /** What is live still is ended: whatever went wrong, it must not read live for ever. */
  @Override
  public void close() {
    try {
      if (isLive) {
        end("wlk failed");
      }
    } finally {
      relayNews.over();
      statusLine.close();
      chat.close();
      broadcast.detach();
    }
  }
}
