package com.wavlake.cli.chat;

import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.ChatListener;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * What happens in a chat, on its way to whoever prints it: in order, many at a time when many come,
 * with the names asked for once for all of them. When the printer is far behind, the relays wait.
 */
final class Happenings implements ChatListener, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Happenings.class.getName());
  private static final int MOST_WAITING = 1_024;
  private static final Duration NAMES_PATIENCE = Duration.ofMillis(1_200);

  /** One of them. */
  sealed interface Happening {
    record Item(ChatItem item) implements Happening {}

    record Removed(ChatItem item, Removal why) implements Happening {}

    record Stream(LiveStream stream) implements Happening {}

    /** Words of our own, in their place among the others. */
    record Note(String text) implements Happening {}

    record End() implements Happening {}
  }

  private final BlockingQueue<Happening> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Names names;
  private final Thread printing;

  Happenings(Names names, Consumer<Happening> printer) {
    this.names = names;
    this.printing = Thread.ofPlatform().daemon().name("chat-printer").start(() -> print(printer));
  }

  private void print(Consumer<Happening> printer) {
    try {
      while (true) {
        List<Happening> batch = new ArrayList<>();
        batch.add(queue.take());
        queue.drainTo(batch);
        names.learn(people(batch), NAMES_PATIENCE);
        for (Happening happening : batch) {
          if (happening instanceof Happening.End) {
            return;
          }
          tell(happening, printer);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One thing that cannot be printed must not end all printing. */
  private static void tell(Happening happening, Consumer<Happening> printer) {
    try {
      printer.accept(happening);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "left out: " + happening.getClass().getSimpleName(), e);
    }
  }

  private static List<PublicKey> people(List<Happening> batch) {
    List<PublicKey> people = new ArrayList<>();
    for (Happening happening : batch) {
      if (happening instanceof Happening.Item(ChatItem item)) {
        people.add(item.author());
        if (item instanceof ChatItem.Raided raided) {
          people.add(raided.raid().from().author());
          people.add(raided.raid().to().author());
        }
      }
    }
    return people;
  }

  private void put(Happening happening) {
    try {
      queue.put(happening);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void onItem(ChatItem item) {
    put(new Happening.Item(item));
  }

  @Override
  public void onRemoved(ChatItem item, Removal why) {
    put(new Happening.Removed(item, why));
  }

  @Override
  public void onStream(LiveStream stream) {
    put(new Happening.Stream(stream));
  }

  /** Words of our own; left out when too much waits already. */
  void note(String text) {
    var _ = queue.offer(new Happening.Note(text));
  }

  /** Prints what has come, for a moment at most. */
  @Override
  public void close() throws InterruptedException {
    var _ = queue.offer(new Happening.End());
    printing.join(Duration.ofSeconds(2));
  }
}
