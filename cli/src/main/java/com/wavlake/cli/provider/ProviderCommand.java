package com.wavlake.cli.provider;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.profile.Workspace;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Hints;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.Capacity;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code wlk provider}: the ingest server to stream to. */
@Command(
    name = "provider",
    description = "The ingest server to stream to.",
    subcommands = {
      ProviderCommand.Add.class,
      ProviderCommand.Use.class,
      ProviderCommand.ListAll.class,
      ProviderCommand.Info.class
    })
public final class ProviderCommand extends Group {

  private static ProviderInfo ask(String url) {
    try (KeySigner nobody =
            KeySigner.of(SecretKey.generate()); // what a provider says in public needs no identity
        ManagementClient client = ManagementClient.at(url, nobody)) {
      return client.info();
    } catch (ApiException e) {
      throw new CliError(
          "not_a_provider",
          url + " answers, but is no ingest server of this kind: " + e.getMessage(),
          "");
    }
  }

  /**
   * Streams to this server from now on.
   *
   * @param url base URL, as the server names itself
   */
  public static ProviderInfo use(Workspace workspace, String url) {
    String base = url.replaceFirst("/+$", "");
    ProviderInfo info = ask(base);
    if (!info.apiUrl()
        .equals(base)) { // authorisations name the URL: under another name they are worth nothing
      throw new CliError(
          "provider_name",
          "the server at " + base + " calls itself " + info.apiUrl(),
          Hints.about("wlk provider add", info.apiUrl()));
    }
    workspace.addProvider(base);
    workspace.provider(base, info.relayUrl());
    return info;
  }

  private static int used(WlkCommand command, ProviderInfo info) {
    ObjectNode json =
        Console.object()
            .put("provider", info.apiUrl())
            .put("name", info.name())
            .put("version", info.version())
            .put("rtmp_ingest", info.rtmpIngest())
            .put("relay", info.relayUrl());
    command
        .console()
        .data(
            json,
            Console.plain(
                info.name()
                    + "  "
                    + info.apiUrl()
                    + "  RTMP "
                    + info.rtmpIngest()
                    + "  relay "
                    + info.relayUrl()));
    return ExitCode.OK;
  }

  @Command(
      name = "add",
      description = "Add a server, and stream to it from now on.",
      footer = {"", "Example: wlk provider add https://live.example"})
  static final class Add extends WlkCommand {
    @Parameters(paramLabel = "URL", description = "Base URL, without /api.")
    String url = "";

    @Override
    public Integer call() {
      return used(this, use(workspace(), url));
    }
  }

  @Command(
      name = "use",
      description = "Stream to a server that was added.",
      footer = {"", "Example: wlk provider use http://127.0.0.1:8080"})
  static final class Use extends WlkCommand {
    @Parameters(paramLabel = "URL", description = "As in 'wlk provider list'.")
    String url = "";

    @Override
    public Integer call() {
      if (!workspace().providers().contains(url.replaceFirst("/+$", ""))) {
        throw new CliError("no_provider", url + " was not added", "wlk provider add " + url);
      }
      return used(this, use(workspace(), url));
    }
  }

  @Command(
      name = "list",
      description = "Print the servers; * marks the one in use.",
      footer = {"", "Example: wlk provider list"})
  static final class ListAll extends WlkCommand {
    @Override
    public Integer call() {
      Optional<String> current = workspace().provider();
      for (String url : workspace().providers()) {
        boolean used = current.equals(Optional.of(url));
        console()
            .data(
                Console.object().put("provider", url).put("current", used),
                (used ? "* " : "  ") + url);
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "info",
      description = "Print what a server says of itself; to its admin also how full it is.",
      footer = {"", "Example: wlk provider info"})
  static final class Info extends WlkCommand {
    @Parameters(arity = "0..1", paramLabel = "URL", description = "Default: the server in use.")
    @Nullable String url;

    @Override
    public Integer call() {
      String base =
          Optional.ofNullable(url)
              .map(given -> given.replaceFirst("/+$", ""))
              .or(workspace()::provider)
              .orElseThrow(() ->
                  new CliError(
                      "no_provider", "no ingest server is set up", "wlk provider add URL"));
      ProviderInfo info = ask(base);
      List<Capacity> capacity = capacity(base);
      ObjectNode json =
          Console.object()
              .put("provider", base)
              .put("name", info.name())
              .put("version", info.version())
              .put("rtmp_ingest", info.rtmpIngest())
              .put("rtmps_ingest", info.rtmpsIngest().orElse(null))
              .put("relay", info.relayUrl())
              .put("access", info.access().orElse(null))
              .put("records", info.records())
              .put("pages", info.pages());
      json.putObject("limits")
          .put("streams", info.maxStreams())
          .put("viewers", info.maxViewers())
          .put("streams_per_owner", info.maxStreamsPerOwner());
      if (!capacity.isEmpty()) {
        ArrayNode figures = json.putArray("capacity");
        capacity.forEach(c ->
            figures
                .addObject()
                .put("name", c.name())
                .put("now", c.now())
                .put("limit", c.limit())
                .put("scale_up_at", c.scaleUpAt())
                .put("scale_up", c.scaleUp()));
      }
      console().data(json, () -> print(base, info, capacity));
      return ExitCode.OK;
    }

    /** Nobody is asked for a passphrase for this. */
    private List<Capacity> capacity(String base) {
      Optional<Signer> who = workspace().identities().signerAtHand();
      if (who.isEmpty()) {
        return List.of();
      }
      try (Signer signer = who.get();
          ManagementClient client = ManagementClient.at(base, signer)) {
        return client.capacity();
      } catch (ApiException e) {
        console().warn("how full it is was not told: " + Console.plain(e.getMessage()));
        return List.of();
      }
    }

    private void print(String base, ProviderInfo info, List<Capacity> capacity) {
      line("server", base);
      line("name", info.name() + "  " + info.version());
      line("rtmp", info.rtmpIngest());
      info.rtmpsIngest().ifPresent(rtmps -> line("rtmps", rtmps));
      line("relay", info.relayUrl());
      info.access().ifPresent(access -> line("access", access));
      line("records", info.records() ? "yes" : "no");
      line("pages", info.pages() ? "yes" : "no");
      line("limits", info.maxStreams() + " streams, " + info.maxViewers() + " viewers");
      for (Capacity c : capacity) {
        line(c.name(), figure(c) + (c.scaleUp() ? "  scale up" : ""));
      }
    }

    private static String figure(Capacity c) {
      return switch (c.name()) {
        case "traffic" ->
            String.format(
                Locale.ROOT, "%.2f of %.2f TB this month", c.now() / 1e12, c.limit() / 1e12);
        case "cpu" -> String.format(Locale.ROOT, "%.0f %% of %.0f %%", c.now(), c.limit());
        default -> String.format(Locale.ROOT, "%.0f of %.0f", c.now(), c.limit());
      };
    }

    private void line(String name, String text) {
      console().line(String.format("%-8s  %s", Console.plain(name), Console.plain(text)));
    }
  }
}
