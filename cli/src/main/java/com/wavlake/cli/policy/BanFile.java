package com.wavlake.cli.policy;

import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.PublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keys in a file, one a line, with {@code #} before remarks; read again when it has changed. While
 * it cannot be read, what was read last holds.
 */
public final class BanFile {
  static final long MAX_BYTES = 16 << 20;

  private final Path file;
  private final Consumer<String> warnings;
  private Set<PublicKey> keys = Set.of();
  private Optional<Version> read = Optional.empty();

  private record Version(FileTime modified, long size, String file) {}

  private BanFile(Path file, Consumer<String> warnings) {
    this.file = file;
    this.warnings = warnings;
  }

  /** Reads it for the first time, when it has to be there. */
  static BanFile open(Path file, Consumer<String> warnings) throws IOException {
    BanFile bans = new BanFile(file, warnings);
    bans.readIfChanged();
    return bans;
  }

  boolean contains(PublicKey who) {
    try {
      readIfChanged();
    } catch (IOException e) {
      if (read.isPresent()) {
        warnings.accept(file + " cannot be read, what it said before holds: " + e.getMessage());
        read = Optional.empty();
      }
    }
    return keys.contains(who);
  }

  private void readIfChanged() throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    Optional<Version> version =
        Optional.of(new Version(now.lastModifiedTime(), now.size(), String.valueOf(now.fileKey())));
    if (!version.equals(read)) {
      keys = keys(now.size());
      read = version;
    }
  }

  private Set<PublicKey> keys(long size) throws IOException {
    if (size > MAX_BYTES) {
      throw new IOException("it has over " + MAX_BYTES + " bytes");
    }
    List<String> lines = Files.readAllLines(file);
    Set<PublicKey> found = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String text = lines.get(i).replaceFirst("#.*", "").strip();
      try {
        if (!text.isEmpty()) {
          found.add(PublicKey.parse(text));
        }
      } catch (InvalidEvent e) {
        warnings.accept(file + " line " + (i + 1) + ": no npub or hex key, left out");
      }
    }
    return found;
  }
}
