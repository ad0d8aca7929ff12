package com.wavlake.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.wavlake.ingest.ConfigException;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.nostr.LiveException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command: what all commands share. */
@Command(
    name = "wlk",
    description = "Live streaming over Nostr (NIP-53) from the terminal.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = VersionCommand.Provider.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      IdentityCommand.class,
      ProviderCommand.class,
      StreamCommand.class,
      ObsCommand.class,
      LiveCommand.class,
      StatusCommand.class,
      EndCommand.class,
      ChatCommand.class,
      EventCommand.class,
      ServeCommand.class,
      DemoCommand.class,
      RelayPolicyCommand.class,
      VersionCommand.class
    },
    footer = {
      "",
      "Try it at once: wlk demo",
      "First steps:    wlk identity new; wlk provider add URL; wlk live \"Title\""
    })
public final class Wlk implements Runnable {
  @Spec CommandSpec spec;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Profile to use; also WLK_PROFILE.")
  @Nullable String profile;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "One JSON object a line on stdout.")
  boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "No words on stderr but warnings and errors.")
  boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log, and stack traces with errors.")
  boolean verbose;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      scope = ScopeType.INHERIT,
      defaultValue = "auto",
      description = "auto, always or never.")
  String color = "auto";

  @Option(names = "--no-input", scope = ScopeType.INHERIT, description = "Never prompt.")
  boolean noInput;

  @Option(
      names = {"-y", "--yes"},
      scope = ScopeType.INHERIT,
      description = "Answer yes to questions.")
  boolean yes;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      scope = ScopeType.INHERIT,
      defaultValue = "10",
      description = "Wait for relays; default ${DEFAULT-VALUE}.")
  int timeoutSeconds = 10;

  @Option(
      names = "--relay",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "Another relay; repeatable.")
  List<String> relays = List.of();

  @Option(
      names = "--sec-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Sign with the key in FILE ('-': stdin); also NOSTR_SECRET_KEY.")
  @Nullable String secFile;

  private @Nullable Console console;
  private @Nullable Workspace workspace;

  @Override
  public void run() {
    spec.commandLine().usage(System.err);
    throw CliError.usage("a command is missing", "");
  }

  /** How a command speaks. */
  Console console() {
    Console made = console;
    if (made == null) {
      boolean terminal = System.console() != null && System.console().isTerminal();
      made =
          new Console(
              System.out,
              System.err,
              json,
              quiet,
              Console.wantsColor(color, terminal, System.getenv()));
      console = made;
    }
    return made;
  }

  /** What is kept between commands. */
  Workspace workspace() {
    Workspace made = workspace;
    if (made == null) {
      made = Workspace.open(profile, System.getenv(), this);
      workspace = made;
    }
    return made;
  }

  private void checkOptions() {
    var _ = timeout();
    if (!List.of("auto", "always", "never").contains(color)) {
      color = "auto";
      throw CliError.usage("--color: auto, always or never", "");
    }
  }

  Duration timeout() {
    if (timeoutSeconds < 1 || timeoutSeconds > 3600) {
      throw CliError.usage("--timeout: " + timeoutSeconds + " is not in 1 … 3600", "");
    }
    return Duration.ofSeconds(timeoutSeconds);
  }

  /** Runs a command line; the answer is for the shell. */
  public static int run(String... arguments) {
    Wlk wlk = new Wlk();
    CommandLine line = new CommandLine(wlk);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    line.setUnmatchedOptionsArePositionalParams(false);
    line.setParameterExceptionHandler((e, _) -> {
      String help = e.getCommandLine().getCommandSpec().qualifiedName() + " --help";
      String message = String.valueOf(e.getMessage());
      boolean json = List.of(arguments).contains("--json");
      new Console(System.out, System.err, json, false, false).error(CliError.usage(message, help));
      return ExitCode.USAGE;
    });
    line.setExecutionStrategy(parsed -> {
      level(wlk.verbose ? Level.DEBUG : Level.ERROR);
      wlk.checkOptions();
      return new CommandLine.RunLast().execute(parsed);
    });
    line.setExecutionExceptionHandler((e, _, _) -> {
      CliError error = explain(e);
      if (wlk.verbose) {
        e.printStackTrace(System.err);
      }
      wlk.console().error(error);
      return error.exit();
    });
    return line.execute(arguments);
  }

  /** How much is logged to stderr. */
  static void level(Level level) {
    if (LoggerFactory.getLogger("com.wavlake") instanceof Logger ours
        && LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      ours.setLevel(level);
      root.setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
    }
  }

  private static CliError explain(Exception e) {
    return switch (e) {
      case CliError error -> error;
      case ApiException refusal -> refused(refusal);
      case LiveException live -> failed(live);
      case ConfigException config -> CliError.usage(message(config), "wlk serve --print-config");
      case UncheckedIOException io ->
          new CliError("io", words(Objects.requireNonNull(io.getCause())), "");
      case IOException io -> new CliError("io", words(io), "");
      case InterruptedException _ ->
          new CliError("interrupted", ExitCode.INTERRUPTED, "interrupted", "");
      default ->
          new CliError(
              "internal",
              "this is a fault of wlk: " + e,
              "run it again with -v, and report what it prints");
    };
  }

  private static CliError refused(ApiException refusal) {
    StringBuilder detail = new StringBuilder(message(refusal));
    refusal
        .fields()
        .forEach(
            (field, problem) -> detail.append("\n  ").append(field).append(": ").append(problem));
    String hint =
        switch (refusal.status()) {
          case 401 ->
              refusal.code().equals("clock_skew") ? "check this machine's clock: date -u" : "";
          case 403 ->
              switch (refusal.code()) {
                case "approval_pending" ->
                    "wait for the server's admin, and tell them your npub: wlk identity show";
                case "suspended" -> "";
                default -> "the stream may belong to another identity: wlk identity show";
              };
          case 404 -> "wlk stream list";
          default -> "";
        };
    return new CliError(refusal.code(), detail.toString(), hint);
  }

  private static CliError failed(LiveException e) {
    return switch (e.category()) {
      case INVALID -> new CliError("invalid", message(e), "");
      case UNREACHABLE ->
          new CliError(
              "unreachable",
              message(e),
              "is it running, and is the address right? wlk provider list");
      case TIMED_OUT ->
          new CliError(
              "timed_out", ExitCode.TIMED_OUT, message(e), "--timeout SECONDS waits longer");
      case REFUSED -> new CliError("refused", message(e), "");
      case UNAUTHORIZED -> new CliError("locked", ExitCode.LOCKED, message(e), "");
      case NOT_FOUND -> new CliError("not_found", message(e), "wlk stream list");
      case CONFLICT -> new CliError("conflict", message(e), "");
      case UNSUPPORTED -> new CliError("unsupported", message(e), "");
    };
  }

  private static String words(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case FileAlreadyExistsException exists -> exists.getFile() + ": is a file, not a folder";
      case NoSuchFileException none -> none.getFile() + ": no such file";
      default -> message(e);
    };
  }

  private static String message(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** The program. */
  public static void main(String[] arguments) {
    int exit = run(arguments);
    System.out.flush();
    System.err.flush();
    Runtime.getRuntime()
        .halt(exit); // sockets' threads need no farewell, and short commands should be short
  }
}
