package com.wavlake.cli.check;

import com.wavlake.cli.check.StepResult.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A report in the form that CI servers read, JUnit's XML: a suite for each stream, a case for each
 * step. A step over its target is a failure of type {@code slow}, unless that is allowed; one that
 * was cut short is an error of type {@code interrupted}.
 */
final class JunitReport {
  private static final String NAME = "wlk smoke";

  private final SmokePlan plan;
  private final boolean lenient;

  JunitReport(SmokePlan plan, boolean lenient) {
    this.plan = plan;
    this.lenient = lenient;
  }

  /** A report that cannot be written should not be found out at the end; an old one goes. */
  static void begin(Path file) throws IOException {
    if (isSpecial(file)) {
      return;
    }
    Path part = part(file);
    Files.writeString(part, "");
    Files.delete(part);
    Files.deleteIfExists(file);
  }

  /** Whole or not at all. */
  void write(Path file, List<RunResult> runs) throws IOException {
    if (isSpecial(file)) { // a terminal, a pipe
      writeTo(file, runs);
      return;
    }
    Path part = part(file);
    writeTo(part, runs);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isSpecial(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
  }

  private static Path part(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a directory");
    }
    return file.resolveSibling(file.getFileName() + ".part");
  }

  private void writeTo(Path file, List<RunResult> runs) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(out, "UTF-8");
      xml.writeStartDocument("UTF-8", "1.0");
      line(xml);
      xml.writeStartElement("testsuites");
      xml.writeAttribute("name", NAME);
      long millis = runs.stream().mapToLong(RunResult::millis).sum();
      counts(xml, runs.stream().flatMap(run -> run.steps().stream()).toList(), millis);
      line(xml);
      for (RunResult run : runs) {
        suite(xml, run);
      }
      xml.writeEndElement();
      line(xml);
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IOException(file + " could not be written: " + e.getMessage(), e);
    }
  }

  private void suite(XMLStreamWriter xml, RunResult run) throws XMLStreamException {
    String name = NAME + " round " + run.round() + " stream " + run.stream();
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", name);
    counts(xml, run.steps(), run.millis());
    xml.writeAttribute("timestamp", run.began().truncatedTo(ChronoUnit.SECONDS).toString());
    line(xml);
    xml.writeStartElement("properties");
    Map<String, String> properties =
        new TreeMap<>(
            Map.of(
                "provider", plan.provider(),
                "npub", plan.signer().publicKey().npub(),
                "stream_id", run.streamId()));
    for (Map.Entry<String, String> property : properties.entrySet()) {
      xml.writeEmptyElement("property");
      xml.writeAttribute("name", property.getKey());
      xml.writeAttribute("value", legal(property.getValue()));
    }
    xml.writeEndElement();
    line(xml);
    for (StepResult step : run.steps()) {
      testcase(xml, step);
    }
    xml.writeEndElement();
    line(xml);
  }

  private void testcase(XMLStreamWriter xml, StepResult result) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("name", result.step().label());
    xml.writeAttribute("classname", "wlk.smoke");
    xml.writeAttribute("time", seconds(result.millis()));
    if (result.status() == Status.SKIPPED) {
      xml.writeEmptyElement("skipped");
      xml.writeAttribute("message", legal(result.words()));
    } else if (result.status() == Status.INTERRUPTED) { // nobody knows: JUnit's error
      xml.writeEmptyElement("error");
      xml.writeAttribute("message", legal(result.words()));
      xml.writeAttribute("type", result.status().wireName());
    } else if (!result.passes(lenient)) {
      boolean slow = result.status() == Status.SLOW;
      String message =
          slow
              ? "over its target of " + Millis.words(result.step().targetMillis())
              : result.words();
      xml.writeStartElement("failure");
      xml.writeAttribute("message", legal(message));
      xml.writeAttribute("type", result.status().wireName());
      xml.writeCharacters(legal(result.words()));
      xml.writeEndElement();
    } else if (!result.words().isEmpty()) {
      xml.writeStartElement("system-out");
      xml.writeCharacters(legal(result.words()));
      xml.writeEndElement();
    }
    xml.writeEndElement();
    line(xml);
  }

  private void counts(XMLStreamWriter xml, List<StepResult> steps, long millis)
      throws XMLStreamException {
    long errors = steps.stream().filter(step -> step.status() == Status.INTERRUPTED).count();
    long failures = steps.stream().filter(step -> !step.passes(lenient)).count() - errors;
    long skipped = steps.stream().filter(step -> step.status() == Status.SKIPPED).count();
    xml.writeAttribute("tests", Integer.toString(steps.size()));
    xml.writeAttribute("failures", Long.toString(failures));
    xml.writeAttribute("errors", Long.toString(errors));
    xml.writeAttribute("skipped", Long.toString(skipped));
    xml.writeAttribute("time", seconds(millis));
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.3f", millis / 1_000.0);
  }

  private static void line(XMLStreamWriter xml) throws XMLStreamException {
    xml.writeCharacters("\n");
  }

  /** Without what XML 1.0 §2.2 does not allow, escaped or not. */
  static String legal(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .filter(c ->
            c == '\t'
                || c == '\n'
                || c == '\r'
                || c >= 0x20 && c <= 0xd7ff
                || c >= 0xe000 && c <= 0xfffd
                || c >= 0x10000)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
