package com.wavlake.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.wavlake.ingest.e2e.SelfSigned;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in packaging/ is what its readers accept. */
final class PackagingTest {
  private static final Path PACKAGING = Path.of("packaging").toAbsolutePath();
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern SOURCE = Pattern.compile("COPY (?!--from)(?:--\\S+ )*(.+) \\S+");

  @TempDir Path directory;

  private static String read(String name) throws IOException {
    return Files.readString(PACKAGING.resolve(name));
  }

  private String run(String... command) throws IOException, InterruptedException {
    Path said = directory.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    String words = Files.readString(said);
    assertThat(process.exitValue()).as(words).isZero();
    return words;
  }

  private static void assumeInstalled(String program) {
    boolean found =
        Stream.concat(
                Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)),
                Stream.of("/usr/sbin"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    assumeTrue(found, program + " is not installed");
  }

  @Test
  void the_example_configuration_is_accepted_as_it_is_and_with_all_that_is_commented_out()
      throws IOException {
    Config config = Config.defaults().withFile(PACKAGING.resolve("wlk.yaml"));
    assertThat(config.shown()).containsEntry("http.public-url", "https://live.example");
    Path all = directory.resolve("all.yaml");
    Files.writeString(all, read("wlk.yaml").replaceAll("(?m)^#(?=\\S)", ""));
    assertThat(Config.defaults().withFile(all).shown()).containsEntry("https.port", "8443");
  }

  @Test
  void what_the_example_comments_out_as_a_default_is_one() throws IOException {
    String defaults = read("wlk.yaml").split("# No defaults from here on", -1)[0];
    List<String> lines = defaults.lines().filter(l -> l.matches("#\\S.*")).toList();
    assertThat(lines).hasSizeGreaterThan(20);
    for (String line : lines) {
      String[] setting = line.substring(1).split(": ", 2);
      assertThat(Config.defaults().shown()).containsEntry(setting[0], setting[1]);
    }
  }

  @Test
  void the_installed_launcher_needs_no_home_to_reach_java() throws Exception {
    Path launcher = Files.createDirectories(directory.resolve("bin")).resolve("wlk");
    Files.copy(CHECKOUT.resolve("wlk"), launcher);
    Path jdk = directory.resolve("jdk");
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
    for (Path program : List.of(launcher, java)) {
      assertThat(program.toFile().setExecutable(true)).isTrue();
    }
    assertThat(run("env", "-i", "WLK_JAVA_HOME=" + jdk, launcher.toString(), "serve"))
        .contains("com.wavlake.cli.Wlk serve");
  }

  @Test
  void the_unit_is_understood_by_systemd() throws Exception {
    assumeInstalled("systemd-analyze");
    Path launcher = directory.resolve("wlk"); // systemd wants to see what it would start
    Files.copy(CHECKOUT.resolve("wlk"), launcher);
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    Path unit = directory.resolve("wlk.service");
    Files.writeString(unit, read("wlk.service").replace("/opt/wlk/bin/wlk", launcher.toString()));
    assertThat(run("systemd-analyze", "verify", unit.toString())).doesNotContain("wlk.service:");
  }

  @Test
  void the_server_block_is_understood_by_nginx() throws Exception {
    assumeInstalled("nginx");
    Path cert = directory.resolve("cert.pem");
    Path key = directory.resolve("key.pem");
    var _ = SelfSigned.write("live.example", cert, key);
    String block =
        read("nginx.conf")
            .replaceAll("listen \\[::\\]:\\d+.*;", "")
            .replaceAll("listen (\\d+)", "listen 127.0.0.1:4$1") // no privileges needed
            .replaceAll("/etc/letsencrypt/\\S+fullchain.pem", cert.toString())
            .replaceAll("/etc/letsencrypt/\\S+privkey.pem", key.toString())
            .replace("/var/cache/nginx", directory.toString());
    for (String variant : List.of(block, block.replaceAll("(?m)^#cache ", ""))) {
      Path main = directory.resolve("main.conf");
      Path included = directory.resolve("block.conf");
      Files.writeString(included, variant);
      Files.writeString(
          main,
          """
          pid %1$s/nginx.pid;
          error_log stderr;
          events {}
          http {
            access_log off;
            client_body_temp_path %1$s/body;
            proxy_temp_path %1$s/proxy;
            fastcgi_temp_path %1$s/fastcgi;
            uwsgi_temp_path %1$s/uwsgi;
            scgi_temp_path %1$s/scgi;
            include %2$s;
          }
          """
              .formatted(directory, included));
      String nginx = Files.isExecutable(Path.of("/usr/sbin/nginx")) ? "/usr/sbin/nginx" : "nginx";
      assertThat(run(nginx, "-t", "-c", main.toString())).contains("test is successful");
    }
  }

  @Test
  void what_the_container_copies_is_there() throws IOException {
    List<String> sources =
        read("Containerfile")
            .lines()
            .map(SOURCE::matcher)
            .filter(Matcher::matches)
            .flatMap(copy -> Stream.of(copy.group(1).split(" ", -1)))
            .toList();
    assertThat(sources).hasSizeGreaterThan(5).contains("wlk", "pom.xml");
    assertThat(sources).allSatisfy(source -> assertThat(CHECKOUT.resolve(source)).exists());
    assertThat(read("Containerfile").lines().filter(l -> l.startsWith("FROM ")))
        .as("short names, which everybody's registry knows")
        .allMatch(l -> l.matches("FROM [a-z0-9-]+:[a-z0-9.-]+( AS [a-z]+)?"));
  }
}
