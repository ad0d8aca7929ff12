package com.wavlake.cli.shell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command has. */
public abstract class Globals {
  private static final List<String> WHEN = List.of("auto", "always", "never");

  /** For shells that complete them. */
  private static final class Colors extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Colors() {
      super(WHEN);
    }
  }

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "Profile to use; also WLK_PROFILE.")
  private @Nullable String profile;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      defaultValue = "false", // said twice it is still said
      description = "One JSON object a line on stdout.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      defaultValue = "false", // said twice it is still said
      description = "No words on stderr but warnings and errors.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      defaultValue = "false", // said twice it is still said
      description = "Log, and stack traces with errors.")
  private boolean verbose;

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      scope = ScopeType.INHERIT,
      defaultValue = "auto",
      completionCandidates = Colors.class,
      description = "auto, always or never; also NO_COLOR and CLICOLOR_FORCE.")
  private String color = "auto";

  @Option(
      names = "--no-input",
      scope = ScopeType.INHERIT,
      defaultValue = "false",
      description = "Never prompt.")
  private boolean noInput;

  @Option(
      names = {"-y", "--yes"},
      scope = ScopeType.INHERIT,
      defaultValue = "false", // said twice it is still said
      description = "Answer yes to questions.")
  private boolean yes;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      scope = ScopeType.INHERIT,
      defaultValue = "10",
      description = "Wait for relays; default ${DEFAULT-VALUE}.")
  private int timeoutSeconds = 10;

  @Option(
      names = "--relay",
      paramLabel = "URL",
      scope = ScopeType.INHERIT,
      description = "Another relay; repeatable.")
  private List<String> relays = List.of();

  @Option(
      names = "--sec-file",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "Sign with the key in FILE ('-': stdin); also NOSTR_SECRET_KEY.")
  private @Nullable String secFile;

  // By hand, and inherited: picocli's own mixin is read anew for each command.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help message and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      scope = ScopeType.INHERIT,
      description = "Print version information and exit.")
  boolean version;

  private @Nullable Console console;

  /** How a command speaks. */
  public Console console() {
    Console made = console;
    if (made == null) {
      made =
          new Console(
              System.out,
              System.err,
              json,
              quiet,
              Console.wantsColor(color, Terminals.isStdout(), System.getenv()),
              Console.wantsColor(color, Terminals.isStderr(), System.getenv()),
              !json && !quiet && Terminals.isStderr());
      console = made;
    }
    return made;
  }

  /** Refuses what picocli cannot. */
  public void check() {
    var _ = timeout();
    if (!WHEN.contains(color)) {
      color = "auto";
      throw CliError.usage("--color: auto, always or never", "");
    }
  }

  /** How long relays are waited for. */
  public Duration timeout() {
    if (timeoutSeconds < 1 || timeoutSeconds > 3600) {
      throw CliError.usage("--timeout: " + timeoutSeconds + " is not in 1 … 3600", "");
    }
    return Duration.ofSeconds(timeoutSeconds);
  }

  /** The profile that was asked for. */
  public Optional<String> profile() {
    return Optional.ofNullable(profile);
  }

  /** Relays of the command line. */
  public List<String> relays() {
    return relays;
  }

  /** Where the key is that signs, if it was given with the command. */
  public Optional<String> secFile() {
    return Optional.ofNullable(secFile);
  }

  /** Whether results are JSON. */
  public boolean json() {
    return json;
  }

  /** Whether the log and stack traces are wanted. */
  public boolean verbose() {
    return verbose;
  }

  /** Whether questions are answered with yes. */
  public boolean yes() {
    return yes;
  }

  /** Whether somebody is there to be asked. */
  public boolean mayAsk() {
    return !noInput;
  }
}
