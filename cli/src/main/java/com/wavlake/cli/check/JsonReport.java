package com.wavlake.cli.check;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.shell.Console;
import java.util.List;

/** For scripts: an object a line. */
final class JsonReport implements SmokeReport {
  private final Console console;
  private final boolean lenient;

  JsonReport(Console console, boolean lenient) {
    this.console = console;
    this.lenient = lenient;
  }

  @Override
  public void begins(SmokePlan plan, boolean generatedKey) {
    ObjectNode json =
        Console.object()
            .put("provider", plan.provider())
            .put("npub", plan.signer().publicKey().npub())
            .put("generated_key", generatedKey)
            .put("streams", plan.streams())
            .put("rounds", plan.rounds());
    console.event("begins", json, "");
  }

  @Override
  public void step(int round, int stream, StepResult result) {
    ObjectNode json =
        Console.object()
            .put("round", round)
            .put("stream", stream)
            .put("step", result.step().wireName())
            .put("status", result.status().wireName())
            .put("elapsed_ms", result.millis());
    target(json, result.step()).put("detail", result.words());
    console.event("step", json, "");
  }

  private static ObjectNode target(ObjectNode json, Step step) {
    return step.hasTarget()
        ? json.put("target_ms", step.targetMillis())
        : json.putNull("target_ms");
  }

  @Override
  public void ends(List<RunResult> runs, SmokeSummary summary) {
    ObjectNode json =
        Console.object()
            .put("ok", summary.ok())
            .put("lenient", lenient)
            .put("runs", summary.runs())
            .put("passed", summary.passed())
            .put("starts_success", summary.starts())
            .put("starts_target", SmokeSummary.STARTS_TARGET);
    if (summary.chat().isPresent()) {
      json.put("chat_success", summary.chat().getAsDouble());
    } else {
      json.putNull("chat_success");
    }
    ObjectNode steps = json.put("chat_target", SmokeSummary.CHAT_TARGET).putObject("steps");
    for (Step step : Step.values()) {
      SmokeSummary.Figures figures = summary.of(step);
      ObjectNode one =
          steps
              .putObject(step.wireName())
              .put("ok", figures.ok())
              .put("slow", figures.slow())
              .put("failed", figures.failed())
              .put("skipped", figures.skipped())
              .put("interrupted", figures.interrupted());
      if (figures.times().isEmpty()) {
        one.putNull("p50_ms").putNull("p95_ms");
      } else {
        one.put("p50_ms", figures.times().at(50)).put("p95_ms", figures.times().at(95));
      }
      var _ = target(one, step);
    }
    console.event("summary", json, "");
  }
}
