package com.wavlake.cli.check;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What a provider is tried with, in this order. Targets are those of the plan for the first
 * release, see docs/smoke.md: 10 s from push to live, first frame 5 s, discovery 3 s, chat 5 s. A
 * step without a target is not too slow before it is given up.
 */
enum Step {
  PROVIDER("provider", 0),
  REFUSES_UNSIGNED("refuses unsigned", 0, PROVIDER),
  CREATE("create", 0, PROVIDER),
  PLANNED_EVENT("planned event", 0, CREATE),
  PUSH("push", 0, CREATE),
  FIRST_SEGMENT("first segment", 10, PUSH),
  LIVE_EVENT("live event", 0, PLANNED_EVENT, FIRST_SEGMENT),
  START("start", 10, LIVE_EVENT),
  FIRST_FRAME("first frame", 5, FIRST_SEGMENT),
  DISCOVERY("discovery", 3, LIVE_EVENT),
  CHAT_TO_STREAMER("chat to streamer", 5, LIVE_EVENT),
  CHAT_TO_VIEWER("chat to viewer", 5, LIVE_EVENT),
  VIEWERS("viewers", 0, LIVE_EVENT, FIRST_FRAME),
  PLAYS_ON("plays on", 0, LIVE_EVENT, FIRST_FRAME),
  PUSH_TO_PLAYER("push to player", 10, FIRST_FRAME),
  REFUSES_STRANGERS("refuses strangers", 0, LIVE_EVENT),
  STOP("stop", 0, LIVE_EVENT),
  ENDED_EVENT("ended event", 0, LIVE_EVENT),
  CLEANUP("cleanup", 0); // of whatever there is

  /** The steps of a stream that has come to be live, for people to watch. */
  static final List<Step> STARTED = List.of(START, FIRST_FRAME);

  /** A message each. */
  static final List<Step> CHAT = List.of(CHAT_TO_STREAMER, CHAT_TO_VIEWER);

  private final String label;
  private final long targetMillis;

  @SuppressWarnings("ImmutableEnumChecker") // it is a copy, which does not change
  private final List<Step> needs;

  Step(String label, int targetSeconds, Step... needs) {
    this.label = label;
    this.targetMillis = targetSeconds * 1_000L;
    this.needs = List.of(needs);
  }

  /** As people read it. */
  String label() {
    return label;
  }

  /** As scripts read it. */
  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  boolean hasTarget() {
    return targetMillis > 0;
  }

  long targetMillis() {
    return targetMillis;
  }

  Duration target() {
    return Duration.ofMillis(targetMillis);
  }

  /** The steps without which this one cannot be tried. */
  List<Step> needs() {
    return needs;
  }
}
