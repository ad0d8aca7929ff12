package com.wavlake.cli.chat;

import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.live.chat.ChatItem;
import com.wavlake.live.chat.LiveChat;
import com.wavlake.live.nip53.ChatMessage;
import com.wavlake.live.nip53.HostPolicy;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.relay.RelayState;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jline.reader.EndOfFileException;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.SignalHandler;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;

/**
 * A chat in one window of a terminal: what happens above, a line to type on, how the stream is
 * doing at the bottom. The terminal is left as it was found.
 */
final class ChatWindow {
  private static final int MOST_REMOVED = 1_000;

  private final Workspace workspace;
  private final Console console;
  private final RelayPool relays;
  private final EventAddress stream;
  private final Optional<Signer> viewer;
  private final Duration timeout;
  private final Names names;
  private final Shown shown = new Shown();
  private final Scrollback scrollback = new Scrollback();
  private final SequencedSet<Object> removed = new LinkedHashSet<>();
  private final Map<String, Boolean> lost = new ConcurrentHashMap<>();
  private List<String> unsent = List.of();
  private final AtomicBoolean over = new AtomicBoolean();

  ChatWindow(
      Workspace workspace,
      Console console,
      RelayPool relays,
      EventAddress stream,
      Optional<Signer> viewer,
      Duration timeout) {
    this.workspace = workspace;
    this.console = console;
    this.relays = relays;
    this.stream = stream;
    this.viewer = viewer;
    this.timeout = timeout;
    this.names = ChatTail.names(relays, stream, viewer);
  }

  /** Until somebody leaves, or for so long. */
  void run(Optional<Duration> howLong) throws IOException, InterruptedException {
    Thread reading = Thread.currentThread();
    Runnable end =
        () -> {
          over.set(true);
          reading.interrupt();
        };
    Interrupts.onInterrupt(end);
    try (Terminal terminal = TerminalBuilder.builder().system(true).nativeSignals(true).build()) {
      terminal.handle(Terminal.Signal.INT, SignalHandler.SIG_IGN); // between two lines, too
      terminal.handle(Terminal.Signal.TSTP, SignalHandler.SIG_IGN);
      InputLine input = new InputLine(terminal, rows -> again(terminal, rows));
      try {
        open(terminal, input, howLong, end);
      } finally {
        Thread.interrupted(); // what ended the reading must not end the tidying up
        input.hideStatus();
      }
    } finally {
      unsent.forEach(console::warn);
    }
  }

  private void open(Terminal terminal, InputLine input, Optional<Duration> howLong, Runnable end)
      throws InterruptedException {
    StatusUpdates status = new StatusUpdates(workspace, relays, stream, terminal, input);
    try (status;
        Happenings happenings =
            new Happenings(names, happening -> print(terminal, input, status, happening))) {
      LiveChat.Builder builder = LiveChat.of(relays, stream);
      viewer.ifPresent(builder::viewer);
      try (LiveChat chat = builder.open(happenings)) {
        relays.onState((url, state) -> relayChanged(happenings, url, state));
        status.start();
        input.toTheBottom();
        WindowCommands commands =
            new WindowCommands(
                chat, workspace, relays, stream, viewer, timeout, names, shown, happenings, input);
        if (viewer.isEmpty()) {
          happenings.note("read-only: there is no identity to write with (wlk identity new)");
        }
        howLong.ifPresent(time ->
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    Thread.sleep(time);
                    end.run();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                }));
        input.setCompleter(new Suggestions(names));
        try {
          read(input, commands);
        } finally {
          Thread.interrupted(); // what ended the reading must not end the sending
          unsent = commands.close();
        }
      }
    }
  }

  /** Ctrl-C empties the line, and leaves when it is empty; Ctrl-D leaves. */
  private void read(InputLine input, WindowCommands commands) {
    while (!over.get()) {
      try {
        if (!commands.execute(SlashCommands.parse(input.readLine(prompt())))) {
          return;
        }
      } catch (UserInterruptException e) {
        if (e.getPartialLine() == null || e.getPartialLine().isBlank()) {
          return;
        }
      } catch (EndOfFileException e) {
        return;
      }
    }
  }

  private String prompt() {
    return "› ";
  }

  private void relayChanged(Happenings happenings, String url, RelayState state) {
    switch (state) {
      case LOST, FAILED -> {
        if (lost.put(url, true) == null) {
          happenings.note("relay " + url + " is away, trying again");
        }
      }
      case CONNECTED -> {
        if (lost.remove(url) != null) {
          happenings.note("relay " + url + " is back");
        }
      }
      case CONNECTING, CLOSED -> {}
    }
  }

  private void print(
      Terminal terminal, InputLine input, StatusUpdates status, Happenings.Happening happening) {
    switch (happening) {
      case Happenings.Happening.Item(ChatItem item) -> {
        removed.remove(item.event().id());
        OptionalInt number = OptionalInt.of(shown.number(item));
        above(terminal, input, line -> line.item(item, number, answered(item)));
      }
      case Happenings.Happening.Removed(ChatItem item, var why) -> {
        if (removed.add(item.event().id())) {
          if (removed.size() > MOST_REMOVED) {
            removed.removeFirst();
          }
          OptionalInt number = shown.numberOf(item.event().id());
          above(terminal, input, line -> line.removed(item, number, why));
        }
      }
      case Happenings.Happening.Stream(LiveStream newest) -> {
        names.host(HostPolicy.NAMED.hostOf(newest, stream.author()));
        Optional<String> news = status.heard(newest);
        news.ifPresent(words -> above(terminal, input, line -> line.note(words)));
      }
      case Happenings.Happening.Note(String text) ->
          above(terminal, input, line -> line.note(text));
      case Happenings.Happening.End() -> {}
    }
  }

  private Optional<ChatItem> answered(ChatItem item) {
    return item instanceof ChatItem.Said(ChatMessage message)
        ? message.replyTo().flatMap(shown::item)
        : Optional.empty();
  }

  private void above(
      Terminal terminal, InputLine input, Function<ChatLine, AttributedString> text) {
    scrollback.add(text);
    input.printAbove(colored(text.apply(line(terminal))));
  }

  private ChatLine line(Terminal terminal) {
    return new ChatLine(names::person, ZoneId.systemDefault(), terminal.getSize().getColumns());
  }

  private AttributedString colored(AttributedString text) {
    return console.isColored() ? text : new AttributedString(text.toString());
  }

  /** All of it for a window that has another size now. */
  private List<AttributedString> again(Terminal terminal, int rows) {
    return scrollback.last(line(terminal), rows).stream().map(this::colored).toList();
  }
}
