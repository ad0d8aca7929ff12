package com.wavlake.cli.check;

import com.wavlake.cli.shell.Console;
import java.util.List;
import java.util.Locale;

/** For people: a line a step, and a table when there were many. */
final class TextReport implements SmokeReport {
  private final Console console;
  private volatile boolean many;

  TextReport(Console console) {
    this.console = console;
  }

  @Override
  public void begins(SmokePlan plan, boolean generatedKey) {
    many = plan.isMany();
    console.say("provider  " + plan.provider());
    console.say(
        "identity  "
            + plan.signer().publicKey().npub()
            + (generatedKey ? "  (made for this; a provider that invites has to know it)" : ""));
  }

  @Override
  public void step(int round, int stream, StepResult result) {
    String which = many ? String.format("%-5s", round + "." + stream) : "";
    String time = result.wasTried() ? Millis.words(result.millis()) : "";
    String target =
        result.step().hasTarget() ? "(target " + result.step().targetMillis() / 1_000 + " s)" : "";
    String line =
        String.format(
            "%s%s  %-17s %7s  %-13s  %s",
            which, status(result), result.step().label(), time, target, result.words());
    console.line(line.stripTrailing());
  }

  private static String status(StepResult result) {
    return switch (result.status()) {
      case OK -> Console.green("ok  ");
      case SLOW -> Console.yellow("slow");
      case FAILED -> Console.red("FAIL");
      case SKIPPED -> Console.dim("skip");
      case INTERRUPTED -> Console.red("cut ");
    };
  }

  @Override
  public void ends(List<RunResult> runs, SmokeSummary summary) {
    if (many) {
      table(summary);
    }
    long millis = runs.stream().mapToLong(RunResult::millis).max().orElse(0);
    String words =
        many
            ? summary.passed() + " of " + summary.runs() + " streams"
            : runs.stream().flatMap(r -> r.steps().stream()).filter(StepResult::works).count()
                + " steps in "
                + Millis.words(millis);
    console.line(
        (summary.ok() ? Console.green("smoke ok") : Console.red("smoke FAILED")) + "  " + words);
  }

  private void table(SmokeSummary summary) {
    console.line("");
    console.line(
        Console.bold(
            String.format("%-17s %7s %9s %9s %8s", "step", "works", "p50", "p95", "target")));
    for (Step step : Step.values()) {
      SmokeSummary.Figures figures = summary.of(step);
      boolean measured = !figures.times().isEmpty();
      String line =
          String.format(
              "%-17s %7s %9s %9s %8s",
              step.label(),
              figures.ok() + figures.slow() + "/" + figures.tried(),
              measured ? Millis.words(figures.times().at(50)) : "",
              measured ? Millis.words(figures.times().at(95)) : "",
              step.hasTarget() ? Millis.words(step.targetMillis()) : "");
      console.line(line.stripTrailing());
    }
    console.line(rate("starts", summary.starts(), SmokeSummary.STARTS_TARGET));
    summary.chat().ifPresent(chat -> console.line(rate("chat", chat, SmokeSummary.CHAT_TARGET)));
  }

  private static String rate(String what, double share, double target) {
    String percent = String.format(Locale.ROOT, "%-17s %6.1f %%", what, share * 100);
    return (share > target ? percent : Console.red(percent))
        + String.format(Locale.ROOT, "  (target over %.0f %%)", target * 100);
  }
}
