package com.wavlake.cli.help;

import java.util.List;

/** What holds for all commands and is no option: told once, here, for pages and reference. */
final class Facts {
  /** A name or a number, and what it means. */
  record Fact(String name, String meaning) {}

  static final List<Fact> EXIT_STATUS =
      List.of(
          new Fact(
              "0",
              "Done. Ctrl-C while live, in demo, chat, discover --watch and serve is how they end: 0 too."),
          new Fact("1", "Failed; a check did not pass."),
          new Fact("2", "Wrong usage."),
          new Fact("4", "No identity, or it is locked."),
          new Fact("124", "Timed out."),
          new Fact("130", "Interrupted: before anything was live; smoke, whenever."));

  static final List<Fact> ENVIRONMENT =
      List.of(
          new Fact("WLK_CONFIG_DIR", "Where profiles are kept."),
          new Fact("XDG_CONFIG_HOME", "They are in wlk below it, when WLK_CONFIG_DIR is not set."),
          new Fact("WLK_PROFILE", "The profile to use, when --profile is not given."),
          new Fact(
              "NOSTR_SECRET_KEY", "The key that signs: nsec, hex, ncryptsec or bunker://. For CI."),
          new Fact("WLK_PASSPHRASE", "The passphrase of an identity, in place of the question."),
          new Fact(
              "WLK_OBS_URL, WLK_OBS_PASSWORD",
              "OBS's websocket server, where it is not found by itself."),
          new Fact("NO_COLOR", "Set to anything: no colours."),
          new Fact("CLICOLOR_FORCE", "Set to anything: colours where there is no terminal, too."),
          new Fact("WLK_JAVA_HOME", "The JDK that the launcher takes."),
          new Fact(
              "WLK_RTMP_URL, WLK_STREAM_KEY", "Set by 'wlk live' for the encoder that it starts."));

  static final List<Fact> FILES =
      List.of(
          new Fact(
              "~/.config/wlk/profiles/NAME/",
              "A profile: identities, provider, relays, the stream created last. Folders 0700,"
                  + " files 0600."),
          new Fact("~/.config/wlk/profiles/NAME/keys.json", "Stream keys."),
          new Fact(
              "~/.local/share/wlk/", "What 'wlk serve' keeps, unless data.dir says otherwise."));

  private Facts() {}
}
