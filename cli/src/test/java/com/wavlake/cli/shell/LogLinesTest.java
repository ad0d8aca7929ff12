package com.wavlake.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The text that the log's configuration makes of messages and exceptions. */
final class LogLinesTest {
  private static final String HOSTILE =
      "key\n2026-01-01T00:00:00.000Z ERROR Forged\r\t\u001b[31m\u009b1m\u2028\u2029\u0085\u202e";

  private static List<String> lines(String message, Object... arguments) {
    LoggerContext context = new LoggerContext();
    var _ = new LogSetup().configure(context);
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> stderr =
        (ConsoleAppender<ILoggingEvent>) root.getAppender("stderr");
    LoggingEvent event =
        new LoggingEvent(LogLinesTest.class.getName(), root, Level.WARN, message, null, arguments);
    String text = new String(stderr.getEncoder().encode(event), StandardCharsets.UTF_8);
    assertThat(text).endsWith(System.lineSeparator());
    return text.lines().toList();
  }

  @Test
  void a_message_is_one_line_and_commands_nobody() throws Exception {
    assertThat(lines("from {}: {}", "127.0.0.1", HOSTILE))
        .singleElement()
        .asString()
        .matches("\\S+ WARN +\\S+ from 127.0.0.1: key.*")
        .doesNotMatch(".*[\\p{Cntrl}\u009b\u2028\u2029\u0085\u202e].*");
  }

  @Test
  void words_of_people_stay_as_they_are() throws Exception {
    assertThat(lines("Grüße, {}", "日本 👋").getFirst()).endsWith("Grüße, 日本 👋");
  }

  @Test
  void the_lines_of_an_exception_begin_with_a_tab_whatever_it_says() throws Exception {
    Exception thrown = new IOException(HOSTILE, new IllegalStateException(HOSTILE));
    List<String> lines = lines("failed", thrown);
    assertThat(lines.getFirst()).endsWith(" failed");
    assertThat(lines.subList(1, lines.size()))
        .hasSizeGreaterThan(4)
        .allMatch(line -> line.matches("\t[^\\p{Cntrl}\u2028\u0085]+"))
        .anyMatch(line -> line.startsWith("\tat com.wavlake.cli.shell.LogLinesTest"));
  }
}
