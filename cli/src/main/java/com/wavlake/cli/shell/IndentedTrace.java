package com.wavlake.cli.shell;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.stream.Collectors;

/**
 * A stack trace each of whose lines begins with a tab, which no log line does: exceptions' messages
 * are strangers' words too.
 */
public final class IndentedTrace extends ThrowableProxyConverter {
  @Override
  public String convert(ILoggingEvent event) {
    return super.convert(event)
        .lines()
        .map(line -> "\t" + OneLine.harmless(line.strip()) + System.lineSeparator())
        .collect(Collectors.joining());
  }
}
