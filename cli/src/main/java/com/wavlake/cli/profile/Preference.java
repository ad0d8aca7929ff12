package com.wavlake.cli.profile;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a profile may settle once, so that no command has to be told again. */
public enum Preference {
  /** The topic of new streams. */
  CATEGORY("category", "Topic of new streams, instead of 'other'.", "\\S{1,64}"),
  /** The encoder settings to print and to write. */
  PRESET("preset", "Encoder settings: 720p30, 1080p30 or 1080p60.", "720p30|1080p30|1080p60"),
  /** What plays streams. */
  PLAYER("player", "The player that 'wlk watch' runs, like mpv.", ".{1,1000}"),
  /** Where OBS listens. */
  OBS_URL("obs.url", "Where OBS's websocket server listens.", "wss?://\\S{1,200}");

  private final String key;
  private final String about;
  private final Pattern pattern;

  Preference(String key, String about, String pattern) {
    this.key = key;
    this.about = about;
    this.pattern = Pattern.compile(pattern);
  }

  /** Its name. */
  public String key() {
    return key;
  }

  /** What it is for. */
  public String about() {
    return about;
  }

  /** Whether it can be that. */
  public boolean accepts(String value) {
    return pattern.matcher(value).matches();
  }

  /** The one of this name. */
  public static Optional<Preference> of(String key) {
    return Stream.of(values()).filter(p -> p.key.equals(key)).findFirst();
  }
}
