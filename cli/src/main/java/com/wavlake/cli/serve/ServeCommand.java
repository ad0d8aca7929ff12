package com.wavlake.cli.serve;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Interrupts;
import com.wavlake.cli.shell.JsonLog;
import com.wavlake.cli.shell.LogLevel;
import com.wavlake.ingest.Config;
import com.wavlake.ingest.ConfigException;
import com.wavlake.ingest.IngestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code wlk serve}: runs the ingest server here. */
@Command(
    name = "serve",
    description =
        "Run the ingest server here, until Ctrl-C: RTMP in, HLS out, management API, relay.",
    footer = {
      "",
      "Example: wlk serve",
      "Example: wlk serve --listen 0.0.0.0 --set http.public-url=https://live.example --set access.npubs=npub1…"
    })
public final class ServeCommand extends WlkCommand {
  private static final Logger log = LoggerFactory.getLogger(ServeCommand.class);

  @Option(names = "--config", paramLabel = "FILE", description = "Settings in YAML.")
  @Nullable Path file;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS",
      description = "Short for --set listen=ADDRESS.")
  @Nullable String listen;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting; repeatable. See --print-config.")
  List<String> settings = List.of();

  @Option(
      names = "--log-format",
      paramLabel = "FORMAT",
      description = "text or json, on stderr; short for --set log.format=FORMAT.")
  @Nullable String logFormat;

  @Option(names = "--print-config", description = "Print the settings in force, and stop.")
  boolean printConfig;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Config config = config();
    if (printConfig) {
      print(config);
      return ExitCode.OK;
    }
    LogLevel.set(globals().verbose() ? Level.DEBUG : Level.INFO);
    if (config.shown().getOrDefault("log.format", "").equals("json")) {
      JsonLog.begin();
    }
    CountDownLatch over = new CountDownLatch(1);
    Interrupts.onInterrupt(over::countDown);
    try (IngestServer server = IngestServer.builder().config(config).start()) {
      String data = config.shown().getOrDefault("data.dir", "");
      ObjectNode json =
          Console.object()
              .put("version", IngestServer.version())
              .put("rtmp", server.rtmpUrl())
              .put("http", server.httpUrl())
              .put("relay", server.relayUrl())
              .put("metrics", "http://127.0.0.1:" + server.adminPort() + "/metrics")
              .put("data", data);
      console()
          .data(
              json,
              "wlk "
                  + IngestServer.version()
                  + "  RTMP "
                  + server.rtmpUrl()
                  + "  HTTP "
                  + server.httpUrl()
                  + "  relay "
                  + server.relayUrl()
                  + "  data "
                  + data
                  + (config.shown().getOrDefault("db.url", "").isEmpty()
                      ? " (SQLite)"
                      : ", database " + config.shown().get("db.url")));
      over.await();
      log.info("stopping");
      server.drain();
    }
    return ExitCode.OK;
  }

  private Config config() {
    Config config = Config.defaults();
    if (file != null) {
      config = config.withFile(file);
    }
    config = config.withEnvironment(System.getenv());
    if (listen != null) {
      config = config.with("listen", listen);
    }
    if (logFormat != null) {
      config = config.with("log.format", logFormat);
    }
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("--set " + setting + ": expected KEY=VALUE");
      }
      config = config.with(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return config;
  }

  private void print(Config config) {
    ObjectNode json = Console.object();
    new TreeMap<>(config.shown()).forEach(json::put);
    console()
        .data(
            json,
            () ->
                Config.descriptions()
                    .forEach((key, about) ->
                        console()
                            .line(
                                String.format(
                                    "%-26s # %s", key + ": " + config.shown().get(key), about))));
  }
}
