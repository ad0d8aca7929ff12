package com.wavlake.cli.help;

import java.util.ArrayList;
import java.util.List;

/** Some of the root's commands, in the order in which people need them. */
record Section(String title, List<Topic> topics) {
  private record Plan(String title, List<String> names) {}

  private static final Plan LAST =
      new Plan("Tools", List.of("event", "proof", "completion", "help", "version"));
  private static final List<Plan> PLANS =
      List.of(
          new Plan("Start here", List.of("demo", "init", "doctor")),
          new Plan("Set up", List.of("identity", "provider", "relay", "obs", "config")),
          new Plan("Stream", List.of("live", "stream", "status", "end")),
          new Plan("Chat and watch", List.of("chat", "discover", "watch")),
          new Plan("Run a server", List.of("serve", "relay-policy", "smoke")),
          LAST);

  /** What there is, sorted; a command that nobody has sorted is a tool. */
  static List<Section> of(List<Topic> topics) {
    List<Topic> rest = new ArrayList<>(topics);
    List<Section> sections = new ArrayList<>();
    for (Plan plan : PLANS) {
      List<Topic> found = new ArrayList<>();
      for (String name : plan.names()) {
        topics.stream().filter(topic -> topic.name().equals(name)).forEach(found::add);
      }
      rest.removeAll(found);
      if (plan.equals(LAST)) {
        found.addAll(rest);
      }
      if (!found.isEmpty()) {
        sections.add(new Section(plan.title(), List.copyOf(found)));
      }
    }
    return List.copyOf(sections);
  }
}
