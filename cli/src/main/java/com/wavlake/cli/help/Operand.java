package com.wavlake.cli.help;

import java.util.List;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * An argument that has no name.
 *
 * @param label as it stands in the synopsis, with brackets where it may be left out
 */
public record Operand(String label, String description, Values values, boolean repeatable) {

  static Operand of(PositionalParamSpec parameter, List<String> commands) {
    String label = parameter.paramLabel();
    boolean many = parameter.isMultiValue();
    String shown = many && !label.endsWith("…") && !label.endsWith("]") ? label + "…" : label;
    boolean bracketed = label.startsWith("[");
    return new Operand(
        parameter.arity().min() == 0 && !bracketed ? "[" + shown + "]" : shown,
        Topic.joined(parameter.description()),
        Values.of(parameter, commands),
        many);
  }

  /** Its name, without the brackets around it. */
  public String name() {
    boolean wrapped = label.indexOf('[') == 0 && label.indexOf(']') == label.length() - 1;
    return wrapped ? label.substring(1, label.length() - 1) : label;
  }
}
