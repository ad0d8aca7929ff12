package com.wavlake.cli.obs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the OBS of this machine says of its websocket server in its own configuration, so that
 * nobody has to copy a port and a password.
 */
final class ObsFinder {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DEFAULT_PORT = 4455;
  private static final int MAX_BYTES = 1 << 20;
  private static final String SECTION = "[OBSWebSocket]";

  /**
   * One OBS's websocket server.
   *
   * @param file where it stands
   * @param password empty when none is asked for; not in {@link #toString}
   */
  record Found(Path file, boolean isEnabled, int port, String password) {
    String url() {
      return "ws://127.0.0.1:" + port;
    }

    @Override
    public String toString() {
      return url() + " by " + file;
    }
  }

  private final List<Path> folders;

  private ObsFinder(List<Path> folders) {
    this.folders = folders;
  }

  /** On this machine, for its present user. */
  static ObsFinder here() {
    return new ObsFinder(
        folders(
            System.getProperty("os.name"),
            Path.of(System.getenv().getOrDefault("HOME", System.getProperty("user.home"))),
            System.getenv()));
  }

  static ObsFinder in(List<Path> folders) {
    return new ObsFinder(folders);
  }

  /** Where OBS keeps its configuration: of the system, of Flatpak, of snap. */
  static List<Path> folders(String system, Path home, Map<String, String> environment) {
    String os = system.toLowerCase(Locale.ROOT);
    if (os.contains("mac")) {
      return List.of(home.resolve("Library/Application Support/obs-studio"));
    }
    if (os.contains("win")) {
      return List.of(
          Path.of(environment.getOrDefault("APPDATA", home.resolve("AppData/Roaming").toString()))
              .resolve("obs-studio"));
    }
    String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
    return List.of(
        (xdg.isBlank() ? home.resolve(".config") : Path.of(xdg)).resolve("obs-studio"),
        home.resolve(".var/app/com.obsproject.Studio/config/obs-studio"),
        home.resolve("snap/obs-studio/current/.config/obs-studio"));
  }

  /** Every OBS that has a configuration here; an unreadable one is none. */
  List<Found> all() {
    List<Found> all = new ArrayList<>();
    for (Path folder : folders) {
      Path own = folder.resolve("plugin_config").resolve("obs-websocket").resolve("config.json");
      Path shared = folder.resolve("global.ini"); // its section stays behind when OBS is updated
      ofJson(own).or(() -> ofIni(shared)).ifPresent(all::add);
    }
    return all;
  }

  /** The file of OBS 30 and newer. */
  private static Optional<Found> ofJson(Path file) {
    try {
      JsonNode json = JSON.readTree(read(file));
      return Optional.of(
          found(
              file,
              json.path("server_enabled").asBoolean(),
              json.path("server_port").asText(),
              json.path("auth_required").asBoolean(true),
              json.path("server_password").asText("")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The file of OBS 28 and 29. */
  private static Optional<Found> ofIni(Path file) {
    Map<String, String> values = new HashMap<>();
    try {
      boolean ours = false;
      for (String line : read(file).replace("\ufeff", "").lines().map(String::strip).toList()) {
        if (line.startsWith("[")) {
          ours = line.equals(SECTION);
        } else if (ours && line.indexOf('=') > 0) {
          int equals = line.indexOf('=');
          values.put(line.substring(0, equals), line.substring(equals + 1).replace("\\\\", "\\"));
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(
            found(
                file,
                values.getOrDefault("ServerEnabled", "").equals("true"),
                values.getOrDefault("ServerPort", ""),
                !values.getOrDefault("AuthRequired", "").equals("false"),
                values.getOrDefault("ServerPassword", "")));
  }

  private static Found found(
      Path file, boolean enabled, String port, boolean asksPassword, String password) {
    boolean isPort = port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 0xffff;
    return new Found(
        file,
        enabled,
        isPort ? Integer.parseInt(port) : DEFAULT_PORT,
        asksPassword ? password : "");
  }

  private static String read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is too long");
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
