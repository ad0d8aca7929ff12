package com.wavlake.cli.check;

import java.util.List;

/** Tells how a smoke run goes. Called by many threads. */
interface SmokeReport {
  /** It begins, as this streamer. */
  void begins(SmokePlan plan, boolean generatedKey);

  /** A step of a stream is over. */
  void step(int round, int stream, StepResult result);

  /** All is over. */
  void ends(List<RunResult> runs, SmokeSummary summary);
}
