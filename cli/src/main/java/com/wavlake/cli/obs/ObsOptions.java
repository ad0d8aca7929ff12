package com.wavlake.cli.obs;

import com.wavlake.cli.command.Root;
import com.wavlake.cli.obs.ObsFinder.Found;
import com.wavlake.cli.profile.Identities;
import com.wavlake.cli.profile.Preference;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Prompt;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.obs.ObsWebSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The way to OBS: what was said on the command line and in the environment, else what OBS's own
 * configuration says, else what is typed.
 */
public final class ObsOptions {
  private static final String ENABLE =
      "in OBS: Tools → WebSocket Server Settings → Enable WebSocket server";
  private static final String SHOW =
      "it stands in OBS: Tools → WebSocket Server Settings → Show Connect Info;"
          + " give it as WLK_OBS_PASSWORD or with --obs-password-file FILE";

  @Option(
      names = "--obs-url",
      paramLabel = "URL",
      description =
          "OBS's websocket server; also WLK_OBS_URL and 'wlk config set obs.url'; default: as in OBS's configuration on this machine, else "
              + ObsWebSocket.DEFAULT_URL
              + ".")
  @Nullable String url;

  @Option(
      names = "--obs-password-file",
      paramLabel = "FILE",
      description =
          "Its password is the first line of FILE ('-': stdin); also WLK_OBS_PASSWORD; default: as in OBS's"
              + " configuration on this machine.")
  @Nullable String passwordFile;

  /** Whether OBS's configuration on this machine has its websocket server on. */
  public static boolean isSetUpHere() {
    return !ObsFinder.here().all().isEmpty();
  }

  /** Whether something was asked for. */
  public boolean areGiven() {
    return url != null || passwordFile != null;
  }

  /** An address to try, and the password for it where it is known. */
  private record Door(String url, Optional<String> password, Optional<Found> found) {}

  /** Connects to the first that answers; the caller closes it. */
  ObsWebSocket connect(Root globals) {
    Optional<String> password = givenPassword(globals);
    List<Door> doors = doors(password, globals);
    CliError problem = null;
    for (Door door : doors) {
      try {
        return ObsWebSocket.connect(door.url(), door.password().orElse(""), globals.timeout());
      } catch (LiveException e) {
        if (e.category() == Category.UNAUTHORIZED && door.password().isEmpty()) {
          return typed(door, globals);
        }
        problem = problem == null ? explain(door, e) : problem;
        if (e.category() != Category.UNREACHABLE) {
          throw problem;
        }
      }
    }
    throw problem == null ? new CliError("obs", "no OBS to talk to", ENABLE) : problem;
  }

  private List<Door> doors(Optional<String> password, Root globals) {
    List<Found> here = ObsFinder.here().all();
    String given =
        Optional.ofNullable(url)
            .or(() -> Optional.ofNullable(System.getenv("WLK_OBS_URL")))
            .or(() -> globals.workspace().preference(Preference.OBS_URL))
            .orElse("");
    if (!given.isBlank()) {
      Optional<Found> same = here.stream().filter(f -> isThat(given, f)).findFirst();
      return List.of(new Door(given, password.or(() -> same.map(Found::password)), same));
    }
    List<Door> doors = new ArrayList<>();
    here.forEach(f ->
        doors.add(new Door(f.url(), password.or(() -> Optional.of(f.password())), Optional.of(f))));
    return doors.isEmpty()
        ? List.of(new Door(ObsWebSocket.DEFAULT_URL, password, Optional.empty()))
        : doors;
  }

  /** The password of this machine's OBS is for no other. */
  private static boolean isThat(String url, Found found) {
    try {
      URI uri = URI.create(url);
      String host = String.valueOf(uri.getHost());
      return List.of("127.0.0.1", "localhost", "[::1]").contains(host)
          && uri.getPort() == found.port();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Optional<String> givenPassword(Root globals) {
    if (passwordFile != null) {
      if (passwordFile.equals("-") && globals.secFile().equals(Optional.of("-"))) {
        throw CliError.usage("--obs-password-file and --sec-file cannot both be stdin", "");
      }
      return Optional.of(Identities.readSecret(passwordFile));
    }
    return Optional.ofNullable(System.getenv("WLK_OBS_PASSWORD"));
  }

  private static ObsWebSocket typed(Door door, Root globals) {
    Optional<char[]> typed =
        globals.mayAsk() ? Prompt.secret("OBS websocket password: ") : Optional.empty();
    String password =
        typed
            .map(String::new)
            .orElseThrow(() ->
                new CliError(
                    "obs_password", "OBS at " + door.url() + " asks for a password", SHOW));
    try {
      return ObsWebSocket.connect(door.url(), password, globals.timeout());
    } catch (LiveException e) {
      throw explain(door, e);
    }
  }

  private static CliError explain(Door door, LiveException e) {
    return switch (e.category()) {
      case UNREACHABLE -> {
        Optional<Found> off = door.found().filter(f -> !f.isEnabled());
        yield new CliError(
            "obs_unreachable",
            off.map(f -> "OBS's websocket server is turned off: " + f.file())
                .orElse("OBS does not answer: " + e.getMessage()),
            off.isPresent() ? ENABLE : "is OBS running? And " + ENABLE);
      }
      case UNAUTHORIZED -> new CliError("obs_password", e.getMessage(), SHOW);
      case INVALID -> CliError.usage("--obs-url: " + e.getMessage(), ObsWebSocket.DEFAULT_URL);
      default -> throw e;
    };
  }
}
