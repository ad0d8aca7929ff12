package com.wavlake.cli.chat;

import com.wavlake.cli.command.Failures;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.relay.NotPublished;
import com.wavlake.live.relay.PublishOutcome;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.signer.Signer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What was typed, on its way out: one after the other, a message a second, on a thread of its own,
 * so that typing never waits. What is refused is told once, in the relay's words, and the text goes
 * back to whoever typed it.
 */
final class Outgoing {
  private static final int MOST_WAITING = 16;
  private static final long PAUSE_NANOS =
      LiveChat.SEND_INTERVAL.plus(Duration.ofMillis(50)).toNanos();

  private final LiveChat chat;
  private final Signer signer;
  private final Duration timeout;
  private final Consumer<String> say;
  private final Predicate<String> putBack;
  private final BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private long lastSent = System.nanoTime() - PAUSE_NANOS;

  /**
   * Starts at once.
   *
   * @param say prints words of ours
   * @param putBack puts a text back on the line; false when something else stands there
   */
  Outgoing(
      LiveChat chat,
      Signer signer,
      Duration timeout,
      Consumer<String> say,
      Predicate<String> putBack) {
    this.chat = chat;
    this.signer = signer;
    this.timeout = timeout;
    this.say = say;
    this.putBack = putBack;
    Thread.ofPlatform().daemon().name("chat-outgoing").start(this::work);
  }

  private void work() {
    try {
      while (true) {
        queue.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void send(String text, Optional<ChatMessage> parent) {
    if (!queue.offer(() -> sendNow(text, parent))) {
      giveBack(text, "not sent: " + MOST_WAITING + " messages wait already");
    }
  }

  /** Does something else in turn; its result is told. */
  void run(String what, Deed deed) {
    Runnable task =
        () -> {
          try {
            String said = deed.done();
            if (!said.isEmpty()) {
              say.accept(said);
            }
          } catch (Exception e) {
            CliError error = Failures.explain(e);
            say.accept(
                what
                    + ": "
                    + error.getMessage()
                    + (error.hint().isEmpty() ? "" : " (" + error.hint() + ")"));
          }
        };
    if (!queue.offer(task)) {
      say.accept(what + ": too much waits already, try again");
    }
  }

  /** Something that may fail, and the words for it when it does not. */
  @FunctionalInterface
  interface Deed {
    String done() throws Exception;
  }

  private void sendNow(String text, Optional<ChatMessage> parent) {
    try {
      pause();
      PublishResult _ =
          parent.isPresent()
              ? chat.reply(parent.get(), text, signer, timeout)
              : chat.send(text, signer, timeout);
      lastSent = System.nanoTime();
    } catch (NotPublished refused) {
      giveBack(text, "not sent: " + reasons(refused.result()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      giveBack(text, "not sent: " + Failures.explain(e).getMessage());
    }
  }

  private void pause() throws InterruptedException {
    long wait = lastSent + PAUSE_NANOS - System.nanoTime();
    if (wait > 0) {
      Thread.sleep(Duration.ofNanos(wait));
    }
  }

  private void giveBack(String text, String why) {
    say.accept(why);
    if (!putBack.test(text)) {
      say.accept("your text: " + text);
    }
  }

  /** Each different reason once, with whoever gave it where there are several. */
  static String reasons(PublishResult result) {
    var reasons =
        result.failures().stream()
            .collect(
                Collectors.groupingBy(
                    Outgoing::reason,
                    LinkedHashMap::new,
                    Collectors.mapping(PublishOutcome::relay, Collectors.joining(", "))));
    return reasons.size() <= 1
        ? String.join("", reasons.keySet())
        : reasons.entrySet().stream()
            .map(e -> e.getKey() + " (" + e.getValue() + ")")
            .collect(Collectors.joining("; "));
  }

  private static String reason(PublishOutcome outcome) {
    return outcome.reason().isEmpty()
        ? outcome.status().name().toLowerCase(Locale.ROOT)
        : Console.plain(outcome.reason());
  }
}
