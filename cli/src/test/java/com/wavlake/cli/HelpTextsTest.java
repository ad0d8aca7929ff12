package com.wavlake.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.wavlake.cli.help.Topic;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Help that teaches: every command says what it does and shows it. */
final class HelpTextsTest {
  private static final Topic ROOT = Topic.of(Wlk.tree());

  static Stream<String> commands() {
    return ROOT.all().map(Topic::path);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_says_what_it_does_and_what_each_option_is(String path) {
    Topic topic = topic(path);

    assertThat(topic.paragraphs()).as("description of '%s'", path).isNotEmpty();
    assertThat(topic.summary()).as("description of '%s'", path).isNotBlank();
    assertThat(topic.flags())
        .allSatisfy(
            flag -> assertThat(flag.description()).as("%s %s", path, flag.name()).isNotBlank());
    assertThat(topic.operands())
        .allSatisfy(operand ->
            assertThat(operand.description()).as("%s %s", path, operand.name()).isNotBlank());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_shows_examples_that_wlk_understands(String path) {
    Topic topic = topic(path);

    assertThat(topic.examples())
        .as("'%s' has no line \"Example: wlk …\" in its footer", path)
        .isNotEmpty()
        .allSatisfy(example -> {
          List<List<String>> lines = CommandLines.of(example);
          assertThat(lines).as("'%s' has no wlk in it", example).isNotEmpty();
          assertThat(lines)
              .allSatisfy(arguments ->
                  assertThatCode(() -> Wlk.tree().parseArgs(arguments.toArray(String[]::new)))
                      .as("'%s' in the help of '%s'", example, path)
                      .doesNotThrowAnyException());
        });
  }

  @Test
  void examples_are_read_as_a_shell_reads_them() {
    assertThat(
            CommandLines.of("echo '{\"a\": 1}' | A=b wlk event sign < in.txt | wlk x -y \"a b\""))
        .containsExactly(List.of("event", "sign"), List.of("x", "-y", "a b"));
    assertThat(CommandLines.of("ffmpeg -i \"$(wlk watch naddr1… --url)\" out.mp4"))
        .containsExactly(List.of("watch", "naddr1…", "--url"));
  }

  private static Topic topic(String path) {
    return ROOT.all().filter(t -> t.path().equals(path)).findFirst().orElseThrow();
  }
}
