package com.wavlake.cli.check;

import com.wavlake.cli.profile.Identities;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.obs.ObsWebSocket;
import com.wavlake.live.signer.Signer;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What there is on this machine. */
final class LocalChecks {
  private static final int MAX_FILES = 1_000;
  private static final int OLDEST_JAVA = 25;
  private static final Set<PosixFilePermission> OWNERS =
      Set.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private final Workspace workspace;
  private final Duration patience;

  LocalChecks(Workspace workspace, Duration patience) {
    this.workspace = workspace;
    this.patience = patience;
  }

  List<Check> all() {
    return List.of(
        new Check("identity", "wlk identity show", this::identity),
        new Check("config folder", "", this::configFolder),
        new Check("java", "", this::java),
        new Check("terminal", "", this::terminal),
        new Check("ffmpeg", "", this::ffmpeg),
        new Check("obs", "", this::obs));
  }

  private Finding identity() {
    Identities identities = workspace.identities();
    if (!identities.isThere()) {
      return Finding.fail("identity", "there is none to sign with", "wlk identity new");
    }
    try (Signer signer = identities.signerAtHand().orElse(null)) {
      String npub = identities.publicKey().npub();
      return Finding.pass(
          "identity", signer == null ? npub + ", locked; its passphrase was not asked for" : npub);
    }
  }

  private Finding configFolder() throws IOException {
    Path folder = workspace.directory();
    if (!Files.isDirectory(folder)) {
      return Finding.skip("config folder", folder + " is not there yet");
    }
    if (!folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Finding.skip("config folder", folder + ": this file system knows no modes");
    }
    try (Stream<Path> files = Files.walk(folder, 1)) {
      List<Path> loose = files.limit(MAX_FILES).filter(LocalChecks::isLoose).toList();
      return loose.isEmpty()
          ? Finding.pass("config folder", folder + ", for its owner alone")
          : Finding.fail(
              "config folder",
              "others can get at " + loose.getFirst() + more(loose),
              "chmod -R go= " + folder);
    }
  }

  private static String more(List<Path> paths) {
    return paths.size() == 1 ? "" : " and " + (paths.size() - 1) + " more";
  }

  private static boolean isLoose(Path path) {
    try {
      return !OWNERS.containsAll(Files.getPosixFilePermissions(path));
    } catch (IOException e) {
      return false; // it has gone, or is another's: then others see what they may
    }
  }

  private Finding java() {
    String words = System.getProperty("java.vendor") + " " + Runtime.version();
    return Runtime.version().feature() >= OLDEST_JAVA
        ? Finding.pass("java", words)
        : Finding.warn("java", words + " is older than " + OLDEST_JAVA, "");
  }

  private Finding terminal() {
    Charset charset = Charset.forName(System.getProperty("stdout.encoding", "US-ASCII"));
    String words = (Terminals.isStdout() ? "a terminal, " : "no terminal, ") + charset;
    return charset.equals(StandardCharsets.UTF_8)
        ? Finding.pass("terminal", words)
        : Finding.warn(
            "terminal", words + ": names in chat may not be readable", "export LC_ALL=C.UTF-8");
  }

  private Finding ffmpeg() {
    Optional<Path> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .filter(folder -> !folder.isEmpty())
            .map(folder -> Path.of(folder, "ffmpeg"))
            .filter(Files::isExecutable)
            .findFirst();
    return found
        .map(path -> Finding.pass("ffmpeg", path.toString()))
        .orElseGet(
            () -> Finding.skip("ffmpeg", "not in PATH; needed for 'wlk live -- ffmpeg …' alone"));
  }

  private Finding obs() {
    String url = ObsWebSocket.DEFAULT_URL;
    try (ObsWebSocket obs = ObsWebSocket.connect(url, "", patience)) {
      return Finding.pass("obs", "OBS " + obs.version() + " at " + url);
    } catch (LiveException e) {
      return e.category() == Category.UNAUTHORIZED
          ? Finding.pass("obs", "OBS at " + url + " asks for its password")
          : Finding.skip("obs", "no OBS with its WebSocket server at " + url);
    }
  }
}
