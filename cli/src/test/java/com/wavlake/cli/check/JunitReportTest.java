package com.wavlake.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.cli.check.StepResult.Status;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

final class JunitReportTest {
  private static final String HOSTILE = "a \"quoted\" <b>&amp; ]]> 'x' é 🎥";

  @TempDir Path directory;

  private Element written(boolean lenient, StepResult... steps) throws Exception {
    Path file = directory.resolve("report.xml");
    try (KeySigner signer = KeySigner.of(SecretKey.generate());
        ManagementClient client = ManagementClient.at("http://127.0.0.1:1", signer);
        Web web = new Web(Duration.ofSeconds(1))) {
      SmokePlan plan =
          new SmokePlan(
              "http://127.0.0.1:1/?a=1&b=\"2\"",
              signer,
              client,
              web,
              List.of(),
              1,
              1,
              Duration.ZERO,
              Duration.ofSeconds(1),
              false);
      Instant began = Instant.parse("2026-11-22T20:00:00Z");
      new JunitReport(plan, lenient)
          .write(file, List.of(new RunResult(1, 2, "id", began, 1_234, List.of(steps))));
    }
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(Files.newInputStream(file))
        .getDocumentElement();
  }

  private static Element first(Element parent, String name) {
    return (Element) parent.getElementsByTagName(name).item(0);
  }

  @Test
  void it_has_the_shape_that_ci_servers_read() throws Exception {
    Element root =
        written(
            false,
            new StepResult(Step.CREATE, Status.OK, 41, "id"),
            new StepResult(Step.PUSH, Status.FAILED, 5, "refused"),
            new StepResult(Step.FIRST_SEGMENT, Status.SKIPPED, 0, "needs: push"));
    assertThat(root.getTagName()).isEqualTo("testsuites");
    Element suite = first(root, "testsuite");
    assertThat(suite.getAttribute("name")).isEqualTo("wlk smoke round 1 stream 2");
    assertThat(suite.getAttribute("tests")).isEqualTo("3");
    assertThat(suite.getAttribute("failures")).isEqualTo("1");
    assertThat(suite.getAttribute("errors")).isEqualTo("0");
    assertThat(suite.getAttribute("skipped")).isEqualTo("1");
    assertThat(suite.getAttribute("time")).isEqualTo("1.234");
    assertThat(suite.getAttribute("timestamp")).isEqualTo("2026-11-22T20:00:00Z");
    assertThat(first(suite, "property").getAttribute("name")).isEqualTo("npub");
    Element create = first(suite, "testcase");
    assertThat(create.getAttribute("name")).isEqualTo("create");
    assertThat(create.getAttribute("classname")).isEqualTo("wlk.smoke");
    assertThat(create.getAttribute("time")).isEqualTo("0.041");
    assertThat(first(root, "failure").getAttribute("message")).isEqualTo("refused");
    assertThat(first(root, "skipped").getAttribute("message")).isEqualTo("needs: push");
  }

  @Test
  void whatever_a_provider_says_is_escaped() throws Exception {
    Element root = written(false, new StepResult(Step.CREATE, Status.FAILED, 1, HOSTILE));
    assertThat(first(root, "failure").getAttribute("message")).isEqualTo(HOSTILE);
    assertThat(first(root, "failure").getTextContent()).isEqualTo(HOSTILE);
    String provider =
        ((Element) root.getElementsByTagName("property").item(1)).getAttribute("value");
    assertThat(provider).isEqualTo("http://127.0.0.1:1/?a=1&b=\"2\"");
  }

  @Test
  void what_xml_cannot_carry_is_left_out() {
    assertThat(JunitReport.legal("a\u0000b\u001b[1mc\ufffed\ud800e\tf")).isEqualTo("ab[1mcde\tf");
    assertThat(JunitReport.legal("🎥")).isEqualTo("🎥");
  }

  @Test
  void a_slow_step_is_a_failure_unless_that_is_allowed() throws Exception {
    StepResult slow = new StepResult(Step.FIRST_FRAME, Status.SLOW, 6_000, "2 tracks");
    Element strict = written(false, slow);
    assertThat(strict.getAttribute("failures")).isEqualTo("1");
    assertThat(first(strict, "failure").getAttribute("type")).isEqualTo("slow");
    assertThat(first(strict, "failure").getAttribute("message"))
        .isEqualTo("over its target of 5.0 s");
    Element lenient = written(true, slow);
    assertThat(lenient.getAttribute("failures")).isEqualTo("0");
    assertThat(lenient.getElementsByTagName("failure").getLength()).isZero();
  }

  @Test
  void a_step_that_was_cut_short_is_an_error_and_no_pass() throws Exception {
    StepResult cut = new StepResult(Step.PLAYS_ON, Status.INTERRUPTED, 7, "interrupted");
    Element root = written(true, cut);
    assertThat(root.getAttribute("errors")).isEqualTo("1");
    assertThat(root.getAttribute("failures")).isEqualTo("0");
    assertThat(root.getAttribute("skipped")).isEqualTo("0");
    assertThat(first(root, "error").getAttribute("type")).isEqualTo("interrupted");
  }
}
