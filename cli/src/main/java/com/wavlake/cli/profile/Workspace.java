package com.wavlake.cli.profile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.Globals;
import com.wavlake.cli.shell.Json;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.api.StreamDetails;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.broadcast.WillFolder;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.relay.RelayConnection;
import com.wavlake.live.relay.RelayPool;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One profile's folder: identity, provider, current stream, stream keys. Folders 0700, files 0600,
 * written whole or not.
 */
public final class Workspace {
  private static final String PROFILE = "profile.json";
  private static final String KEYS = "keys.json";
  private static final int MAX_HINTS = 5; // an naddr must not send us everywhere

  private final Path directory;
  private final Globals globals;
  private final Identities identities;
  private final ReentrantLock changing = new ReentrantLock();

  private Workspace(Path directory, Globals globals) {
    this.directory = directory;
    this.globals = globals;
    this.identities = new Identities(this, globals);
  }

  public static Workspace open(Globals globals, Map<String, String> environment) {
    String name =
        globals
            .profile()
            .or(() -> Optional.ofNullable(environment.get("WLK_PROFILE")).filter(n -> !n.isEmpty()))
            .orElse("default");
    if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
      throw CliError.usage("profile '" + name + "': letters, digits, _ and - only", "");
    }
    return new Workspace(base(environment).resolve("profiles").resolve(name), globals);
  }

  private static Path base(Map<String, String> environment) {
    String own = environment.getOrDefault("WLK_CONFIG_DIR", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
    if (!xdg.isBlank()) {
      return Path.of(xdg, "wlk");
    }
    String home = System.getProperty("user.home");
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    if (os.contains("mac")) {
      return Path.of(home, "Library", "Application Support", "wlk");
    }
    return os.contains("win")
        ? Path.of(environment.getOrDefault("APPDATA", home), "wlk")
        : Path.of(home, ".config", "wlk");
  }

  public Identities identities() {
    return identities;
  }

  /** The signer in force; the caller closes it. */
  public Signer signer() {
    return identities().signer();
  }

  /** The provider's base URL. */
  public Optional<String> provider() {
    return Optional.ofNullable(read(PROFILE).path("provider").textValue());
  }

  public void provider(String url, String relay) {
    change(PROFILE, profile -> profile.put("provider", url).put("provider_relay", relay));
  }

  /** Every provider that was added, in order. */
  public List<String> providers() {
    Set<String> urls = new LinkedHashSet<>();
    read(PROFILE).path("providers").forEach(url -> urls.add(url.asText()));
    return List.copyOf(urls);
  }

  public void addProvider(String url) {
    change(
        PROFILE,
        profile -> {
          ArrayNode list = profile.withArrayProperty("providers");
          if (!providers().contains(url)) {
            list.add(url);
          }
        });
  }

  /** A client of the provider. */
  public ManagementClient client(Signer signer) {
    return ManagementClient.at(
        provider()
            .orElseThrow(() ->
                new CliError(
                    "no_provider",
                    "no ingest server is set up",
                    "wlk provider add URL, or 'wlk demo' to try without one")),
        signer);
  }

  /** The provider's own relay. */
  public Optional<String> providerRelay() {
    return Optional.ofNullable(read(PROFILE).path("provider_relay").textValue());
  }

  /** The relays of the profile, beside the provider's, in order. */
  public List<String> ownRelays() {
    Set<String> urls = new LinkedHashSet<>();
    read(PROFILE).path("relays").forEach(url -> urls.add(url.asText()));
    return List.copyOf(urls);
  }

  /** Keeps these as the relays of the profile. */
  public void ownRelays(List<String> urls) {
    change(PROFILE, profile -> urls.forEach(profile.putArray("relays")::add));
  }

  /** The relays to use, best first: the provider's, the profile's, those of the command line. */
  public List<String> relayUrls() {
    Set<String> urls = new LinkedHashSet<>();
    providerRelay().ifPresent(urls::add);
    urls.addAll(ownRelays());
    for (String url : globals.relays()) {
      if (!RelayConnection.isRelayUrl(url)) {
        throw CliError.usage("--relay: '" + url + "' is no relay", "like wss://relay.example");
      }
      urls.add(url);
    }
    return List.copyOf(urls);
  }

  /** Connected to {@link #relayUrls} and to what is hinted at; the caller closes it. */
  public RelayPool relays(List<String> hints) {
    Set<String> urls = new LinkedHashSet<>(relayUrls());
    hints.stream().filter(RelayConnection::isRelayUrl).limit(MAX_HINTS).forEach(urls::add);
    if (urls.isEmpty()) {
      throw new CliError(
          "no_relay",
          "no relay to talk to",
          "wlk provider add URL, wlk relay add URL, or --relay wss://…");
    }
    return RelayPool.connect(urls);
  }

  /** Remembers a stream as the current one, and its key. */
  public void remember(String streamId, Optional<StreamKey> key) {
    change(PROFILE, profile -> profile.put("current", streamId));
    key.ifPresent(k -> keep(streamId, k));
  }

  /** Keeps a stream's key. */
  public void keep(String streamId, StreamKey key) {
    change(KEYS, keys -> keys.put(streamId, key.reveal()));
  }

  /** The last wills of streams without a provider. */
  public WillFolder wills() {
    return WillFolder.at(directory.resolve("wills"));
  }

  /** Whether there ever were any: to look costs less than to bring up who reads them. */
  public boolean hasWills() {
    return Files.isDirectory(directory.resolve("wills"));
  }

  /** Forgets a stream that is gone. */
  public void forget(String streamId) {
    change(KEYS, keys -> keys.remove(streamId));
    change(
        PROFILE,
        profile -> {
          if (profile.path("current").asText().equals(streamId)) {
            profile.remove("current");
          }
        });
  }

  /** Another wlk may be at it too, and a key is shown only once. Not to be nested. */
  void alone(Runnable change) {
    Set<StandardOpenOption> how = Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    changing.lock();
    try {
      Files.createDirectories(directory, mode("rwx------"));
      try (FileChannel lock = FileChannel.open(directory.resolve("lock"), how, mode("rw-------"));
          FileLock _ = lock.lock()) {
        change.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      changing.unlock();
    }
  }

  private void change(String file, Consumer<ObjectNode> edit) {
    alone(() -> {
      ObjectNode json = read(file);
      edit.accept(json);
      write(file, json);
    });
  }

  /** A setting of this profile, by its key in {@link Preference}. */
  public Optional<String> preference(Preference preference) {
    return Optional.ofNullable(
        read(PROFILE).path("preferences").path(preference.key()).textValue());
  }

  /** Sets it; empty: back to what holds without it. */
  public void prefer(Preference preference, Optional<String> value) {
    change(
        PROFILE,
        profile -> {
          ObjectNode all = profile.withObjectProperty("preferences");
          value.ifPresentOrElse(
              text -> all.put(preference.key(), text), () -> all.remove(preference.key()));
        });
  }

  public Optional<StreamKey> key(String streamId) {
    return Optional.ofNullable(read(KEYS).path(streamId).textValue()).map(StreamKey::parse);
  }

  public StreamKey requireKey(String streamId) {
    return key(streamId)
        .orElseThrow(() ->
            new CliError(
                "no_key",
                "the key of stream " + streamId + " is not on this machine",
                "wlk stream key --rotate " + streamId));
  }

  public Optional<String> current() {
    return Optional.ofNullable(read(PROFILE).path("current").textValue());
  }

  /** A stream id out of an naddr, an id, or {@code current}. */
  public String streamId(String ref) {
    if (ref.equals("current")) {
      return current()
          .orElseThrow(() ->
              new CliError(
                  "no_stream", "there is no current stream", "wlk stream create --title …"));
    }
    return isAddress(ref) ? address(ref).identifier() : ref;
  }

  /** The address of a stream: of an naddr, or of one's own stream by id or {@code current}. */
  public EventAddress address(String ref) {
    if (isAddress(ref)) {
      try {
        return EventAddress.parse(ref);
      } catch (InvalidEvent e) {
        throw CliError.usage("REF: " + e.getMessage(), "an naddr1…, a stream id, or 'current'");
      }
    }
    return new EventAddress(Kind.LIVE_STREAM, identities().publicKey(), streamId(ref), relayUrls());
  }

  public static boolean isAddress(String ref) {
    return ref.startsWith("naddr1")
        || ref.startsWith("nostr:naddr1")
        || ref.startsWith(Kind.LIVE_STREAM + ":");
  }

  /**
   * The same, of a stream of one's own.
   *
   * @throws CliError when it is another's
   */
  public EventAddress own(String ref) {
    EventAddress address = address(ref);
    if (!address.author().equals(identities().publicKey())) {
      throw new CliError("forbidden", "this stream belongs to somebody else", "wlk identity show");
    }
    return address;
  }

  /** One's own stream at the provider. */
  public StreamDetails stream(ManagementClient client, String ref) {
    return client.get(streamId(ref));
  }

  /** What the provider says, for its relay. */
  public ProviderInfo learn(ManagementClient client) {
    ProviderInfo info = client.info();
    if (!relayUrls().contains(info.relayUrl())) {
      provider(provider().orElse(info.apiUrl()), info.relayUrl());
    }
    return info;
  }

  public ObjectNode read(String file) {
    Path path = directory.resolve(file);
    try {
      warnIfLoose(path);
      JsonNode json = Json.read(Files.readString(path));
      return json instanceof ObjectNode object ? object : Console.object();
    } catch (NoSuchFileException e) {
      return Console.object();
    } catch (JsonProcessingException e) { // its message repeats what may be a secret
      throw damaged(path, "is no JSON, in line " + e.getLocation().getLineNr());
    } catch (IOException e) {
      throw new CliError("config", path + ": " + e.getMessage(), "");
    }
  }

  static CliError damaged(Path path, String how) {
    return new CliError("config", path + " " + how, "mend it, or move it away");
  }

  void write(String file, ObjectNode json) {
    Path path = directory.resolve(file);
    try {
      Files.createDirectories(directory, mode("rwx------"));
      Path temporary = Files.createTempFile(directory, file, ".new", mode("rw-------"));
      try {
        Files.writeString(
            temporary,
            json.toPrettyString() + "\n",
            StandardOpenOption.WRITE,
            StandardOpenOption.SYNC); // some of it is kept nowhere else
        Files.move(
            temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path directory() {
    return directory;
  }

  private void warnIfLoose(Path path) throws IOException {
    if (isPosix() && Files.exists(path)) {
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(path);
      if (modes.contains(PosixFilePermission.GROUP_READ)
          || modes.contains(PosixFilePermission.OTHERS_READ)) {
        globals.console().warn(path + " can be read by others: chmod 600 it");
      }
    }
  }

  private FileAttribute<?>[] mode(String mode) {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  private boolean isPosix() {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
