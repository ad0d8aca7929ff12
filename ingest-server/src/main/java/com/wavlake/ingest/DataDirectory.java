package com.wavlake.ingest;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A claim to the folder of a server's data: two servers would take up, and end, the same streams.
 */
final class DataDirectory implements AutoCloseable {
  private final FileChannel channel;

  private DataDirectory(FileChannel channel) {
    this.channel = channel;
  }

  static DataDirectory claim(String key, Path directory) {
    try {
      Files.createDirectories(directory);
      keepToOurselves(directory);
      FileChannel channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(channel)) {
        return new DataDirectory(channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new ConfigException(
          key + ": " + directory + " cannot be written to (" + e.getClass().getSimpleName() + ")");
    }
    throw new ConfigException(key + ": " + directory + " is in use by another server");
  }

  /** In it are keys of other services, and what nobody has published yet. */
  private static void keepToOurselves(Path directory) throws IOException {
    if (Files.getFileStore(directory).supportsFileAttributeView(PosixFileAttributeView.class)) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) { // by a server in this very process
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
