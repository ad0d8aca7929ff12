package com.wavlake.cli.start;

import com.wavlake.cli.Wlk;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/**
 * What the JVM watches when it makes its cache: some commands, one after the other. It writes the
 * cache when the program exits, which {@link Wlk#main} leaves out.
 */
public final class Rehearsal {
  private static final String TEMPLATE =
      "{\"kind\":1,\"content\":\"hello\",\"tags\":[[\"t\",\"a\"]]}";

  private Rehearsal() {}

  /** Plays them with the profile that the environment names, at the provider that it is told. */
  public static void main(String[] arguments) {
    play("", "version");
    play("", "identity", "new", "--plain-text");
    play("", "identity", "show");
    play(TEMPLATE, "event", "sign");
    play(TEMPLATE, "event", "verify");
    play("", "--help");
    play("", "event", "--help");
    play("", "stream", "list", "--json");
    play("", "no-such-command");
    play("", "provider", "add", arguments[0]);
    play("", "stream", "create", "--title", "Rehearsal", "--json");
    play("", "stream", "list");
    play("", "status");
    play("", "chat", "send", "hello");
    play("", "end");
    System.exit(0);
  }

  private static void play(String stdin, String... arguments) {
    System.setIn(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)));
    var _ = Wlk.run(arguments);
  }
}
