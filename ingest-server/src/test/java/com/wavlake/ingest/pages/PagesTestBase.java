package com.wavlake.ingest.pages;

import com.wavlake.live.api.CreateStream;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server and a Chromium, both for all tests of a class. Each test has streams and people of its
 * own, and a browser that was never here.
 */
@Timeout(90)
abstract class PagesTestBase {
  static final Duration LATER = Duration.ofSeconds(20);

  @TempDir static Path directory;
  static LiveServer server;
  private static Browser browser;

  final SecretKey key = SecretKey.generate();
  final KeySigner streamer = KeySigner.of(SecretKey.generate());
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final List<Tab> tabs = new ArrayList<>();

  @BeforeAll
  static void start() {
    browser = Browser.start();
    server = LiveServer.in(directory.resolve("data"));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    tabs.forEach(Tab::verify);
  }

  <T extends AutoCloseable> T closing(T thing) {
    open.push(thing);
    return thing;
  }

  /** A page that nobody has opened yet. */
  Tab tab(Visitor visitor) {
    tabs.forEach(Tab::verify);
    tabs.clear();
    Tab tab = browser.tab(visitor);
    tabs.add(tab);
    return tab;
  }

  LiveServer.Stream stream(CreateStream request) {
    return closing(server.create(streamer, request));
  }

  /** Feeds it until the test is over. */
  Process encode(LiveServer.Stream stream) throws Exception {
    Process ffmpeg = stream.encode();
    closing(() -> ffmpeg.destroyForcibly().waitFor());
    return ffmpeg;
  }

  LiveServer.Stream live(CreateStream request) throws Exception {
    LiveServer.Stream stream = stream(request);
    encode(stream);
    stream.goLive();
    return stream;
  }

  Person person() {
    return closing(Person.at(server.relay()));
  }

  Person host() {
    return closing(Person.with(streamer, server.relay()));
  }
}
