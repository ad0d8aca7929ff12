package com.wavlake.cli.help;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option.
 *
 * @param names as they are typed, the short one first
 * @param label what stands for its value; empty for a switch
 */
public record Flag(
    List<String> names,
    String label,
    String description,
    Values values,
    boolean required,
    boolean repeatable) {

  static Flag of(OptionSpec option, List<String> commands) {
    List<String> names = new ArrayList<>(List.of(option.names()));
    names.sort(Comparator.comparingInt(String::length));
    boolean isSwitch = option.arity().max() == 0;
    return new Flag(
        List.copyOf(names),
        isSwitch ? "" : option.paramLabel(),
        Topic.joined(option.description()),
        isSwitch ? new Values.Free() : Values.of(option, commands),
        option.required(),
        option.isMultiValue());
  }

  /** Whether a value follows it. */
  public boolean takesValue() {
    return !label.isEmpty();
  }

  /** The name that says what it is. */
  public String name() {
    return names.getLast();
  }

  /** As it is typed: {@code -t, --tag TAG}. */
  public String usage() {
    return String.join(", ", names) + (takesValue() ? " " + label : "");
  }
}
