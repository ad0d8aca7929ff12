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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What was typed, on its way out: one after the other, a message a second, on a thread of its own,
 * so that typing never waits. What is refused is told once, in the relay's words, and the text goes
 * back to whoever typed it.
 */
final class Outgoing {
  private static final String NOT_SENT = "not sent: ";
  private static final int MOST_WAITING = 16;
  private static final long PAUSE_NANOS =
      LiveChat.SEND_INTERVAL.plus(Duration.ofMillis(50)).toNanos();

  private final LiveChat chat;
  private final Signer signer;
  private final Duration timeout;
  private final Consumer<String> say;
  private final Predicate<String> putBack;
  private final BlockingQueue<Task> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Queue<String> unsent = new ConcurrentLinkedQueue<>();
  private final Thread working;
  private volatile Optional<Task> current = Optional.empty();
  private volatile boolean closing;
  private long lastSent = System.nanoTime() - PAUSE_NANOS;

  /** What is typed, and how it is done. */
  private record Task(String typed, Runnable does) {}

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
    this.working = Thread.ofPlatform().daemon().name("chat-outgoing").start(this::work);
  }

  private void work() {
    try {
      while (!closing || !queue.isEmpty()) {
        Task task = queue.take();
        current = Optional.of(task);
        task.does().run();
        current = Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sends a message in turn.
   *
   * @param parent what it answers; may block, and is asked for in turn
   */
  void send(String text, Supplier<Optional<ChatMessage>> parent) {
    if (!queue.offer(new Task(text, () -> sendNow(text, parent)))) {
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
            tell(what + ": " + words(e));
          }
        };
    if (!queue.offer(new Task(what, task))) {
      say.accept(what + ": too much waits already, try again");
    }
  }

  /** Something that may fail, and the words for it when it does not. */
  @FunctionalInterface
  interface Deed {
    String done() throws Exception;
  }

  /**
   * Sends what waits, for as long as one message may take.
   *
   * @return in words, what did not get out
   */
  List<String> close() {
    closing = true;
    var _ = queue.offer(new Task("", () -> {})); // wakes who waits; a full queue needs no waking
    if (current.isPresent() || queue.size() > 1) {
      say.accept("sending what was typed…");
    }
    if (!hasEnded()) {
      current.ifPresent(task -> unsent.add(NOT_SENT + task.typed()));
      queue.stream()
          .filter(task -> !task.typed().isEmpty())
          .forEach(task -> unsent.add(NOT_SENT + task.typed()));
    }
    return List.copyOf(unsent);
  }

  /** False when it takes too long, or somebody leaves who has no patience. */
  private boolean hasEnded() {
    try {
      return working.join(timeout);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void tell(String words) {
    if (closing) {
      unsent.add(words);
    } else {
      say.accept(words);
    }
  }

  /** What went wrong, and what helps. */
  static String words(Exception e) {
    CliError error = Failures.explain(e);
    return error.getMessage() + (error.hint().isEmpty() ? "" : " (" + error.hint() + ")");
  }

  private void sendNow(String text, Supplier<Optional<ChatMessage>> answered) {
    try {
      Optional<ChatMessage> parent = answered.get();
      pause();
      PublishResult _ =
          parent.isPresent()
              ? chat.reply(parent.get(), text, signer, timeout)
              : chat.send(text, signer, timeout);
      lastSent = System.nanoTime();
    } catch (NotPublished refused) {
      giveBack(text, NOT_SENT + reasons(refused.result()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      giveBack(text, NOT_SENT + words(e));
    }
  }

  private void pause() throws InterruptedException {
    long wait = lastSent + PAUSE_NANOS - System.nanoTime();
    if (wait > 0) {
      Thread.sleep(Duration.ofNanos(wait));
    }
  }

  private void giveBack(String text, String why) {
    if (closing) {
      unsent.add(why + ": " + text);
      return;
    }
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
