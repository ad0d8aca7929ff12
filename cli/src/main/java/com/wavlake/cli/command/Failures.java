package com.wavlake.cli.command;

import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.ingest.ConfigException;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.nostr.LiveException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import javax.net.ssl.SSLException;

/** What went wrong, as a person reads it. */
public final class Failures {
  private Failures() {}

  /** The code, the words and the hint for what was thrown. */
  public static CliError explain(Exception e) {
    return switch (e) {
      case CliError error -> error;
      case ApiException refusal -> refused(refusal);
      case LiveException live -> failed(live);
      case ConfigException config ->
          CliError.usage(message(config), "wlk serve --print-config shows every setting");
      case UncheckedIOException io -> failed(Objects.requireNonNull(io.getCause()));
      case IOException io -> failed(io);
      case InterruptedException _ ->
          new CliError("interrupted", ExitCode.INTERRUPTED, "interrupted", "");
      default ->
          new CliError(
              "internal",
              "this is a fault of wlk: " + e,
              "run it again with -v, and report what it prints");
    };
  }

  private static CliError failed(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      boolean inUse = String.valueOf(cause.getMessage()).contains("Address already in use");
      if (cause instanceof BindException || inUse) {
        return new CliError(
            "port_in_use",
            message(e),
            "another server may run already; --set http.port=N and --set rtmp.port=N choose others");
      }
    }
    return new CliError("io", words(e), "");
  }

  private static CliError refused(ApiException refusal) {
    StringBuilder detail = new StringBuilder(Console.plain(message(refusal)));
    refusal
        .fields()
        .forEach((field, problem) ->
            detail.append("\n  ").append(Console.plain(field + ": " + problem)));
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
    String words = Console.plain(message(e)); // a relay's or a provider's are among them
    return switch (e.category()) {
      case INVALID -> new CliError("invalid", words, "");
      case UNREACHABLE -> unreachable(e);
      case TIMED_OUT ->
          new CliError("timed_out", ExitCode.TIMED_OUT, words, "--timeout SECONDS waits longer");
      case REFUSED -> new CliError("refused", words, "");
      case UNAUTHORIZED -> new CliError("locked", ExitCode.LOCKED, words, "");
      case NOT_FOUND -> new CliError("not_found", words, "wlk stream list");
      case CONFLICT -> new CliError("conflict", words, "");
      case UNSUPPORTED -> new CliError("unsupported", words, "");
    };
  }

  private static CliError unreachable(LiveException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException) {
        return new CliError(
            "certificate",
            "its certificate is not to be trusted: " + Console.plain(message(e)),
            "a certificate made by its owner has to be imported into the Java trust store:"
                + " JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=FILE");
      }
    }
    return new CliError(
        "unreachable",
        Console.plain(message(e)),
        "is it running, and is the address right? wlk provider list");
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
}
