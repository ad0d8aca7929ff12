package com.wavlake.ingest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.wavlake.ingest.access.AccessMode;
import com.wavlake.ingest.hls.HlsSettings;
import com.wavlake.ingest.hooks.Kick;
import com.wavlake.ingest.record.RecordingSettings;
import com.wavlake.ingest.relay.AuthDemand;
import com.wavlake.ingest.relay.RelayLimits;
import com.wavlake.ingest.rtmp.RtmpLimits;
import com.wavlake.ingest.server.Capacity;
import com.wavlake.ingest.server.Clients;
import com.wavlake.ingest.server.ServerSettings;
import com.wavlake.ingest.server.ViewersBy;
import com.wavlake.ingest.stream.RecordingMode;
import com.wavlake.ingest.stream.StreamSettings;
import com.wavlake.ingest.stream.Takeover;
import java.io.IOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The server's settings by dotted key: defaults, overlaid by one YAML file, by {@code WLK_…}
 * environment variables, by {@code --set key=value}. An unknown key or a bad value is an error that
 * names it.
 */
public final class Config {
  private static final Pattern SECONDS = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)?");
  private static final int MAX_PROXIES = 100;
  private static final Set<String> SECRETS = Set.of("db.url", "hooks.secret", "hooks.kick-url");
  private static final Set<String> LISTS =
      Set.of("http.trusted-proxies", "access.npubs", "access.admins", "outbox.relays");
  private static final Map<String, Setting> SETTINGS = new LinkedHashMap<>();

  private record Setting(String fallback, String rule, Predicate<String> check, String about) {}

  static {
    setting(
        "listen",
        "127.0.0.1",
        "an address",
        v -> !v.isBlank(),
        "Address that RTMP and HTTP listen on.");
    setting("rtmp.port", "1935", "a port, 0 for any free one", Config::isPort, "RTMP in.");
    setting(
        "http.port", "8080", "a port, 0 for any free one", Config::isPort, "HLS, API and relay.");
    setting(
        "http.public-url",
        "",
        "an http:// or https:// URL",
        Config::isUrlOrEmpty,
        "How the outside reaches HTTP.");
    setting(
        "rtmp.public-url",
        "",
        "an rtmp:// or rtmps:// URL",
        v -> v.isEmpty() || v.matches("rtmps?://[^\\s/]+/\\S+"),
        "How encoders reach RTMP.");
    setting(
        "admin.port",
        "9935",
        "a port, 0 for any free one",
        Config::isPort,
        "Metrics; loopback alone.");
    setting(
        "rtmps.port",
        "",
        "a port, 0 for any free one, or empty",
        v -> v.isEmpty() || isPort(v),
        "RTMP within TLS; empty for none.");
    setting(
        "https.port",
        "",
        "a port, 0 for any free one, or empty",
        v -> v.isEmpty() || isPort(v),
        "HTTP within TLS, beside http.port; empty for none.");
    setting("tls.cert", "", "a PEM file", v -> true, "Certificate chain for HTTPS and RTMPS.");
    setting("tls.key", "", "a PEM file", v -> true, "Its private key, PKCS#8.");
    setting(
        "http.trusted-proxies",
        "",
        "addresses or prefixes separated by commas",
        Config::isProxyList,
        "Whose X-Forwarded-For is believed.");
    setting(
        "rtmp.takeover",
        "always",
        "always, stale or never",
        oneOf(Takeover.values()),
        "Whether a second encoder with the same key takes the first one's place.");
    setting(
        "db.url",
        "",
        "a postgresql:// URL, or empty",
        v -> v.isEmpty() || v.matches("postgres(ql)?://\\S+"),
        "PostgreSQL in place of SQLite in data.dir.");
    setting(
        "log.format",
        "text",
        "text or json",
        v -> v.equals("text") || v.equals("json"),
        "How wlk serve logs to stderr.");
    setting("data.dir", defaultDataDir(), "a directory", v -> !v.isBlank(), "Database.");
    setting(
        "name",
        "wlk",
        "a name",
        v -> !v.isBlank() && v.length() <= 100,
        "What this server calls itself.");
    setting(
        "hls.segment",
        "2s",
        "a time from 1 s to 10 s",
        between(1, 10),
        "Least length of a segment.");
    setting(
        "hls.window",
        "10s",
        "a time from 4 s to 10 m",
        between(4, 600),
        "What a playlist lists, at least.");
    setting(
        "hls.low-latency",
        "true",
        "true or false",
        Config::isBoolean,
        "Whether playlists list parts, and wait for them.");
    setting(
        "hls.part",
        "500ms",
        "a time from 200 ms to 1 s",
        v -> isTime(v, Duration.ofMillis(200), Duration.ofSeconds(1)),
        "Most length of a part.");
    setting(
        "viewers.mode",
        "requests",
        "requests, token or beacon",
        oneOf(ViewersBy.values()),
        "How viewers are counted.");
    setting(
        "grace.lost",
        "120s",
        "a time up to 1 h",
        between(0, 3600),
        "How long a lost encoder is waited for.");
    setting(
        "grace.stopped",
        "30s",
        "a time up to 1 h",
        between(0, 3600),
        "How long one that stopped is waited for.");
    setting(
        "retention.ended",
        "24h",
        "a time from 1 m to 365 d",
        between(60, 365 * 86_400L),
        "How long an ended stream is kept.");
    setting(
        "limits.streams",
        "20",
        "a number from 1",
        v -> isNumber(v, 1, 100_000),
        "Encoders at a time.");
    setting(
        "limits.viewers",
        "500",
        "a number from 1",
        v -> isNumber(v, 1, 10_000_000),
        "Viewers at a time.");
    count("limits.rtmp-connections", "1024", "RTMP connections in all.");
    count("limits.rtmp-per-address", "64", "Of one address, or of one /64 of IPv6.");
    count("limits.rtmp-pending", "256", "That have shown no key yet, in all.");
    count("limits.rtmp-pending-per-address", "32", "The same, of one address.");
    wait("rtmp.handshake", "10s", "For the whole handshake, TLS included.");
    wait("rtmp.publish", "20s", "From then on, until a key is shown.");
    wait("rtmp.silence", "10s", "Between bytes of an encoder.");
    count("limits.http-connections", "4000", "HTTP connections in all; a quarter for one address.");
    setting(
        "limits.bitrate",
        "12000",
        "a number of kbit/s from 100",
        v -> isNumber(v, 100, 1_000_000),
        "What a streamer is warned above, kbit/s.");
    setting(
        "limits.streams-per-owner",
        "50",
        "a number from 1",
        v -> isNumber(v, 1, 100_000),
        "Streams of one owner that are not over.");
    setting(
        "recording.mode",
        "off",
        "off, asked or always",
        oneOf(RecordingMode.values()),
        "Which streams are recorded.");
    setting(
        "recording.dir",
        "",
        "a directory; empty for recordings in data.dir",
        v -> true,
        "Where recordings go.");
    setting(
        "recording.quota",
        "50G",
        "a size like 500M or 50G",
        v -> v.matches("[1-9]\\d{0,5}[MGT]"),
        "Space for all recordings.");
    setting(
        "recording.min-free",
        "1G",
        "a size like 500M or 50G",
        v -> v.matches("[1-9]\\d{0,5}[MGT]"),
        "What stays free on the disk.");
    setting(
        "recording.retention",
        "7d",
        "a time from 1 m to 3650 d",
        between(60, 3650 * 86_400L),
        "How long a recording is kept.");
    setting(
        "thumbnails.ffmpeg",
        "auto",
        "auto, off or a program",
        v -> !v.isBlank(),
        "What makes thumbnails; auto: ffmpeg on the PATH.");
    setting("thumbnails.every", "60s", "a time from 5 s to 1 h", between(5, 3600), "How often.");
    setting(
        "forwards.targets",
        "public",
        "public or anywhere",
        v -> v.equals("public") || v.equals("anywhere"),
        "Whether copies may go to addresses of the own network.");
    count("limits.creates-per-minute", "30", "Streams created, of one key.");
    count("limits.changes-per-minute", "600", "API calls that change something, of one address.");
    count("limits.reads-per-minute", "3000", "API calls that read, of one address.");
    setting(
        "limits.monthly-traffic",
        "5T",
        "a size like 500G or 5T",
        v -> v.matches("[1-9]\\d{0,5}[MGT]"),
        "Media sent in a month that the server has room for.");
    count("relay.connections", "2000", "Relay clients in all.");
    count("relay.connections-per-address", "100", "Relay clients of one address.");
    count(
        "relay.events-per-minute", "1200", "Chat, or with relay.policy open all, of one address.");
    count("relay.requests-per-minute", "1200", "REQ and COUNT of one address.");
    setting(
        "relay.auth",
        "offered",
        "offered, writes or all",
        oneOf(AuthDemand.values()),
        "What the relay demands authentication (NIP-42) for.");
    setting(
        "relay.policy",
        "hosted",
        "hosted or open",
        v -> v.equals("hosted") || v.equals("open"),
        "What the relay takes: what belongs to the streams here, or anything.");
    setting(
        "access.mode",
        "",
        "open, allowlist or admin; or empty",
        v -> v.isEmpty() || oneOf(AccessMode.values()).test(v),
        "Who may create streams; empty: allowlist where there is one or a public name, else open.");
    setting(
        "access.npubs",
        "",
        "npubs separated by commas, or *",
        v -> true,
        "Who is on the allowlist.");
    setting(
        "access.admins",
        "",
        "npubs separated by commas",
        v -> true,
        "Who approves, denies and suspends publishers.");
    setting(
        "outbox.relays",
        "",
        "relay URLs separated by commas",
        v ->
            v.isEmpty()
                || Stream.of(v.split(",", -1)).allMatch(u -> u.strip().matches("wss?://\\S+")),
        "Relays that last wills go to although they are not on the public internet.");
    setting(
        "outbox.quiet",
        "150s",
        "a time from 1 s to 1 h",
        between(1, 3600),
        "How long no last will is deposited until its streamer counts as gone.");
    setting(
        "webhooks.targets",
        "public",
        "public or anywhere",
        v -> v.equals("public") || v.equals("anywhere"),
        "Whether webhooks may go to addresses of the own network, and over http.");
    setting(
        "pictures.fetch",
        "public",
        "public, anywhere or off",
        v -> v.matches("public|anywhere|off"),
        "Where pictures that events name are fetched from: https at public addresses, or anywhere.");
    setting(
        "hooks.secret",
        "",
        "16 to 128 letters, digits, - or _; or empty",
        v -> v.matches("|[A-Za-z0-9_-]{16,128}"),
        "Lets other media engines ask at /hooks/SECRET/…");
    setting(
        "hooks.playback-url",
        "",
        "an http:// or https:// URL with {id}; or empty",
        v -> v.isEmpty() || (v.contains("{id}") && isUrlOrEmpty(v.replace("{id}", "id"))),
        "Where that engine's playlists are.");
    wait("hooks.silence", "60s", "How long one of them may stay as it is.");
    setting(
        "hooks.kick-url",
        "",
        "DELETE, GET or POST and an http:// or https:// URL with {client}; or empty",
        Kick::isRight,
        "What ends an encoder's connection at that engine.");
    setting(
        "drain",
        "5s",
        "a time up to 1 m",
        between(0, 60),
        "How long viewers may finish when the server stops.");
  }

  private final Map<String, String> values;

  private Config(Map<String, String> values) {
    this.values = values;
  }

  /** The defaults: one machine, loopback, no file. */
  public static Config defaults() {
    Map<String, String> values = new LinkedHashMap<>();
    SETTINGS.forEach((key, setting) -> values.put(key, setting.fallback()));
    return new Config(values);
  }

  /** With one value changed. */
  public Config with(String key, String value) {
    Setting setting = known(key);
    if (!setting.check().test(value)) {
      String shown = SECRETS.contains(key) ? "the value" : "'" + value + "'";
      throw new ConfigException(key + ": " + shown + " is not " + setting.rule());
    }
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(key, value);
    return new Config(changed);
  }

  private static Setting known(String key) {
    Setting setting = SETTINGS.get(key);
    if (setting == null) {
      throw new ConfigException("unknown key " + key + ", did you mean " + nearest(key) + "?");
    }
    return setting;
  }

  /** With what a YAML file says, nested or dotted. */
  public Config withFile(Path file) {
    JsonNode tree;
    try {
      tree = new YAMLMapper().readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": no such file");
    } catch (AccessDeniedException e) {
      throw new ConfigException(file + ": permission denied");
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where = at == null ? "" : ", line " + at.getLineNr();
      String why = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new ConfigException(file + where + ": is no YAML: " + why);
    } catch (IOException e) {
      throw new ConfigException(file + ": " + e.getMessage());
    }
    return withTree("", tree);
  }

  private Config withTree(String prefix, JsonNode node) {
    Config config = this;
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      String key = prefix + field.getKey();
      if (field.getValue().isNull()) {
        continue; // a section whose lines are all commented out
      }
      config =
          field.getValue().isObject()
              ? config.withTree(key + ".", field.getValue())
              : config.with(key, plain(key, field.getValue()));
    }
    return config;
  }

  /** A value, or the values of a list separated by commas. */
  private static String plain(String key, JsonNode node) {
    var _ = known(key);
    if (node.isArray() && LISTS.contains(key)) {
      return StreamSupport.stream(node.spliterator(), false)
          .map(entry -> scalar(key, entry))
          .collect(Collectors.joining(","));
    }
    return scalar(key, node);
  }

  private static String scalar(String key, JsonNode node) {
    if (!node.isValueNode() || node.isNull()) {
      throw new ConfigException(key + ": a list or nothing where one value belongs");
    }
    return node.asText();
  }

  /**
   * With what {@code WLK_…} variables say: {@code WLK_HTTP_PUBLIC_URL} is {@code http.public-url}.
   */
  public Config withEnvironment(Map<String, String> environment) {
    Config config = this;
    for (String key : SETTINGS.keySet()) {
      String value =
          environment.get(
              "WLK_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
      config = value == null ? config : config.with(key, value);
    }
    return config;
  }

  /** Every key with its value in force, secrets masked. */
  public Map<String, String> shown() {
    Map<String, String> shown = new LinkedHashMap<>(values);
    for (String key : List.of("hooks.secret", "hooks.kick-url")) {
      shown.computeIfPresent(key, (_, secret) -> secret.isEmpty() ? "" : "***");
    }
    shown.computeIfPresent(
        "db.url",
        (_, url) ->
            url.replaceFirst("://([^:@/]*):.*@", "://$1:***@")
                .replaceAll("(?i)([?&][a-z]*password=)[^&]*", "$1***"));
    return shown;
  }

  Set<String> list(String key) {
    return Stream.of(text(key).split(",", -1))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .collect(Collectors.toSet());
  }

  /** What a key is for. */
  public static Map<String, String> descriptions() {
    Map<String, String> out = new LinkedHashMap<>();
    SETTINGS.forEach((key, s) -> out.put(key, s.about()));
    return out;
  }

  String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException(key);
    }
    return value;
  }

  int number(String key) {
    return Integer.parseInt(text(key));
  }

  Duration time(String key) {
    return parseTime(text(key));
  }

  boolean flag(String key) {
    return Boolean.parseBoolean(text(key));
  }

  <E extends Enum<E>> E choice(String key, E[] values) {
    return Stream.of(values)
        .filter(value -> wire(value).equals(text(key)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(key));
  }

  RtmpLimits rtmp() {
    return RtmpLimits.DEFAULT
        .waiting(time("rtmp.handshake"), time("rtmp.publish"), time("rtmp.silence"))
        .counting(
            number("limits.rtmp-connections"),
            number("limits.rtmp-per-address"),
            number("limits.rtmp-pending"),
            number("limits.rtmp-pending-per-address"));
  }

  RecordingSettings recordings() {
    Path directory =
        text("recording.dir").isEmpty()
            ? Path.of(text("data.dir"), "recordings")
            : Path.of(text("recording.dir"));
    return new RecordingSettings(
        directory,
        size("recording.quota"),
        size("recording.min-free"),
        time("recording.retention"));
  }

  RelayLimits relay() {
    return RelayLimits.DEFAULT.counting(
        number("relay.connections"),
        number("relay.connections-per-address"),
        number("relay.requests-per-minute"));
  }

  ServerSettings.Rates rates() {
    return new ServerSettings.Rates(
        number("limits.creates-per-minute"),
        number("limits.changes-per-minute"),
        number("limits.reads-per-minute"));
  }

  Capacity.Limits capacity() {
    return new Capacity.Limits(
        number("limits.streams"), number("limits.viewers"), size("limits.monthly-traffic"));
  }

  long size(String key) {
    String text = text(key);
    int shift =
        switch (text.charAt(text.length() - 1)) {
          case 'M' -> 20;
          case 'G' -> 30;
          default -> 40;
        };
    return Long.parseLong(text.substring(0, text.length() - 1)) << shift;
  }

  StreamSettings streams() {
    HlsSettings hls =
        new HlsSettings(
            time("hls.segment"), time("hls.window"), time("hls.part"), flag("hls.low-latency"));
    return new StreamSettings(
        hls,
        time("grace.lost"),
        time("grace.stopped"),
        time("retention.ended"),
        Duration.ofMinutes(5),
        number("limits.streams"),
        number("limits.viewers"),
        number("limits.bitrate"),
        choice("recording.mode", RecordingMode.values()),
        time("recording.retention"),
        choice("rtmp.takeover", Takeover.values()));
  }

  private static void setting(
      String key, String fallback, String rule, Predicate<String> check, String about) {
    SETTINGS.put(key, new Setting(fallback, rule, check, about));
  }

  private static void count(String key, String fallback, String about) {
    setting(key, fallback, "a number from 1", v -> isNumber(v, 1, 1_000_000), about);
  }

  private static void wait(String key, String fallback, String about) {
    setting(key, fallback, "a time from 1 s to 10 m", between(1, 600), about);
  }

  private static Duration parseTime(String text) {
    var matcher = SECONDS.matcher(text);
    if (!matcher.matches()) {
      throw new ConfigException("'" + text + "' is no time like 2s, 500ms or 24h");
    }
    long amount = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    return switch (unit == null ? "s" : unit) {
      case "ms" -> Duration.ofMillis(amount);
      case "m" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      case "d" -> Duration.ofDays(amount);
      default -> Duration.ofSeconds(amount);
    };
  }

  private static Predicate<String> between(long minSeconds, long maxSeconds) {
    return value -> isTime(value, Duration.ofSeconds(minSeconds), Duration.ofSeconds(maxSeconds));
  }

  private static boolean isTime(String value, Duration least, Duration most) {
    return SECONDS.matcher(value).matches()
        && parseTime(value).compareTo(least) >= 0
        && parseTime(value).compareTo(most) <= 0;
  }

  private static boolean isBoolean(String value) {
    return value.equals("true") || value.equals("false");
  }

  private static <E extends Enum<E>> Predicate<String> oneOf(E[] values) {
    return text -> Stream.of(values).anyMatch(value -> wire(value).equals(text));
  }

  private static String wire(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static boolean isProxyList(String value) {
    try {
      return Clients.behind(value).proxies().size() < MAX_PROXIES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isPort(String value) {
    return isNumber(value, 0, 65_535);
  }

  private static boolean isNumber(String value, int min, int max) {
    return value.matches("\\d{1,9}")
        && Integer.parseInt(value) >= min
        && Integer.parseInt(value) <= max;
  }

  private static boolean isUrlOrEmpty(String value) {
    if (value.isEmpty()) {
      return true;
    }
    try {
      URI uri = URI.create(value);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String defaultDataDir() {
    String xdg = System.getenv("XDG_DATA_HOME");
    Path base =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".local", "share")
            : Path.of(xdg);
    return base.resolve("wlk").toString();
  }

  private static String nearest(String key) {
    return SETTINGS.keySet().stream()
        .min(Comparator.comparingInt(known -> distance(known, key)))
        .orElse("");
  }

  /** Levenshtein's. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
