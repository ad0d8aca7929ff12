package com.wavlake.live.broadcast;

import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.nostr.Sha256;
import com.wavlake.live.relay.PublishResult;
import com.wavlake.live.relay.RelayConnection;
import com.wavlake.live.relay.RelayPool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Last wills in files of this machine, for streams without a provider: whoever runs next publishes
 * what a process left that died. One file a stream: relays on the first line, the event on the
 * second.
 */
public final class WillFolder {
  private static final String SUFFIX = ".will";
  private static final int MAX_BYTES = 256 << 10;
  private static final Logger log = LoggerFactory.getLogger(WillFolder.class);

  private final Path folder;

  private WillFolder(Path folder) {
    this.folder = folder;
  }

  /** The folder is made when something is kept in it. */
  public static WillFolder at(Path folder) {
    return new WillFolder(folder);
  }

  /**
   * A place for the will of one stream.
   *
   * @param relays where to publish it
   */
  public LastWill of(EventAddress stream, List<String> relays) {
    Path file = folder.resolve(name(stream) + SUFFIX);
    return new LastWill() {
      @Override
      public void deposit(Event ended) {
        write(file, String.join(" ", relays) + "\n" + ended.toJson() + "\n");
      }

      @Override
      public void withdraw() {
        delete(file);
      }
    };
  }

  /**
   * A will that was left.
   *
   * @param event signed, status ended
   * @param relays where to publish it
   */
  public record Left(Event event, List<String> relays, Path file) {
    /** Copies the relays. */
    public Left {
      relays = List.copyOf(relays);
    }
  }

  /**
   * The wills whose time has come: nothing was deposited in their place since. What cannot be read
   * is left out, and stays.
   */
  public List<Left> due(Instant now) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Left> due = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).sorted().toList()) {
        read(file, due);
      }
    } catch (IOException e) {
      throw failed("read", folder, e);
    }
    due.removeIf(will -> will.event().createdAt() > now.getEpochSecond());
    return due;
  }

  private static void read(Path file, List<Left> found) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        log.warn("{} is too long for a last will", file);
        return;
      }
      List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
      if (lines.size() >= 2) {
        Event event = Event.parse(lines.get(1));
        List<String> relays =
            Stream.of(lines.getFirst().split(" ", -1)).filter(RelayConnection::isRelayUrl).toList();
        if (isEnded(event) && !relays.isEmpty()) {
          found.add(new Left(event, relays, file));
        }
      }
    } catch (InvalidEvent | IOException e) {
      log.warn("{} holds no last will: {}", file, e.getMessage());
    }
  }

  /**
   * Publishes a will that was left, and forgets it once a relay has it. What stands on the relays
   * comes first: while a version is so young that somebody may be alive, the will waits; one that
   * is newer than the will makes it void.
   *
   * @return empty when it waits or was void
   */
  public Optional<PublishResult> publish(Left will, Instant now, Duration timeout) {
    try (RelayPool relays = RelayPool.connect(will.relays())) {
      Optional<Event> newest = relays.newest(will.event().address(), timeout);
      if (newest.isPresent() && (newest.get().supersedes(will.event()) || isEnded(newest.get()))) {
        delete(will.file());
        return Optional.empty();
      }
      Instant alive = now.minus(BroadcastSettings.LONGEST_WITH_A_WILL);
      if (newest.isPresent() && newest.get().createdAt() > alive.getEpochSecond()) {
        return Optional.empty();
      }
      PublishResult result = relays.publish(will.event(), timeout);
      if (result.acceptedCount() > 0) {
        delete(will.file());
      }
      return Optional.of(result);
    }
  }

  private static boolean isEnded(Event event) {
    try {
      return LiveStream.parse(event).status().equals(Optional.of(LiveStream.Status.ENDED));
    } catch (InvalidEvent e) {
      return false;
    }
  }

  private static String name(EventAddress stream) {
    return Sha256.hex(stream.coordinate()).substring(0, 32);
  }

  /** Whole or not at all, and for the owner's eyes alone. */
  private void write(Path file, String text) {
    try {
      Files.createDirectories(folder);
      Path fresh = Files.createTempFile(folder, "fresh", ".new"); // for its owner alone
      Files.writeString(
          fresh,
          text,
          StandardCharsets.UTF_8,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed("write", file, e);
    }
  }

  private static void delete(Path file) {
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw failed("delete", file, e);
    }
  }

  private static LiveException failed(String what, Path file, IOException e) {
    return new LiveException(
        Category.CONFLICT, "last will: cannot " + what + " " + file + ": " + e.getMessage(), e);
  }
}
