package com.wavlake.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigTest {
  @TempDir Path directory;

  @Test
  void later_sources_win_over_earlier_ones() throws IOException {
    Path file = directory.resolve("wlk.yaml");
    Files.writeString(file, "rtmp:\n  port: 1111\nlog:\nhttp.port: 2222\nname: from file\n");
    Config config =
        Config.defaults()
            .withFile(file)
            .withEnvironment(Map.of("WLK_HTTP_PORT", "3333", "WLK_LIMITS_STREAMS_PER_OWNER", "7"))
            .with("name", "from the command line");
    assertThat(config.shown())
        .containsEntry("rtmp.port", "1111")
        .containsEntry("http.port", "3333")
        .containsEntry("limits.streams-per-owner", "7")
        .containsEntry("name", "from the command line");
  }

  @Test
  void secrets_are_masked_and_not_repeated_in_errors() {
    Config config =
        Config.defaults()
            .with("db.url", "postgresql://wlk:geheim@db.example/wlk?password=geheim")
            .with("hooks.secret", "geheimgeheimgeheim");
    assertThat(config.shown().toString()).doesNotContain("geheim");
    assertThat(config.shown().get("db.url"))
        .isEqualTo("postgresql://wlk:***@db.example/wlk?password=***");
    assertThatThrownBy(() -> Config.defaults().with("db.url", "mysql://wlk:geheim@db"))
        .hasMessageNotContaining("geheim");
    assertThatThrownBy(() -> Config.defaults().with("hooks.secret", "geheim!"))
        .hasMessageNotContaining("geheim");
  }

  @Test
  void passwords_are_masked_however_they_are_written() {
    for (List<String> written :
        List.of(
            List.of("postgresql://wlk:ge/he@im@db/wlk", "postgresql://wlk:***@db/wlk"),
            List.of(
                "postgresql://db/wlk?user=wlk&password=ge&sslPassword=heim&ssl=on",
                "postgresql://db/wlk?user=wlk&password=***&sslPassword=***&ssl=on"),
            List.of("postgresql://wlk@db/wlk", "postgresql://wlk@db/wlk"))) {
      assertThat(Config.defaults().with("db.url", written.get(0)).shown())
          .containsEntry("db.url", written.get(1));
    }
    String kick = "POST http://admin:geheim@127.0.0.1/{client}";
    assertThat(Config.defaults().with("hooks.kick-url", kick).shown())
        .containsEntry("hooks.kick-url", "***");
    assertThat(Config.defaults().shown()).containsEntry("hooks.kick-url", "");
    assertThatThrownBy(
            () -> Config.defaults().with("hooks.kick-url", "PUT http://a:geheim@b/{client}"))
        .hasMessageNotContaining("geheim");
  }

  @Test
  void a_list_may_be_one_in_the_file_and_nothing_else_may() throws IOException {
    Path file = directory.resolve("wlk.yaml");
    Files.writeString(file, "access.npubs: [npub1a, npub1b]\nhttp:\n  trusted-proxies:\n  - ::1\n");
    assertThat(Config.defaults().withFile(file).shown())
        .containsEntry("access.npubs", "npub1a,npub1b")
        .containsEntry("http.trusted-proxies", "::1");
    for (List<String> bad :
        List.of(
            List.of("unknown key acces.npubs", "acces.npubs: [a]"),
            List.of("name", "name: [a, b]"),
            List.of("recording.dir", "recording:\n  dir: []"),
            List.of("access.npubs", "access.npubs: [{a: b}]"),
            List.of("access.npubs", "access.npubs: [[a]]"))) {
      Files.writeString(file, bad.get(1));
      assertThatThrownBy(() -> Config.defaults().withFile(file))
          .as("%s", bad)
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(bad.get(0));
    }
  }

  @Test
  void an_unknown_key_is_an_error_that_names_the_nearest() {
    assertThatThrownBy(() -> Config.defaults().with("rtmp.prot", "1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("rtmp.port");
  }

  @Test
  void a_bad_value_is_an_error_that_names_the_key() {
    for (List<String> bad :
        List.of(
            List.of("rtmp.port", "70000"),
            List.of("hls.segment", "1 s"),
            List.of("hls.window", "1s"),
            List.of("http.public-url", "live.example"),
            List.of("limits.streams", "0"),
            List.of("grace.lost", "soon"),
            List.of("hooks.secret", "short"),
            List.of("hooks.playback-url", "https://media.example/x.m3u8"),
            List.of("hooks.kick-url", "http://127.0.0.1:1985/api/v1/clients/{client}"),
            List.of("hooks.kick-url", "DELETE http://127.0.0.1:1985/api/v1/clients/"),
            List.of("hooks.kick-url", "PUT http://127.0.0.1:1985/{client}"),
            List.of("hooks.kick-url", "POST http:///{client}"),
            List.of("db.url", "mysql://x"),
            List.of("access.mode", "closed"),
            List.of("limits.monthly-traffic", "5"))) {
      assertThatThrownBy(() -> Config.defaults().with(bad.get(0), bad.get(1)))
          .as("%s", bad)
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith(bad.get(0));
    }
  }

  @Test
  void a_public_server_has_to_say_who_may_stream() {
    assertThatThrownBy(() -> IngestServer.builder().set("listen", "0.0.0.0").start())
        .hasMessageContaining("http.public-url");
    assertThatThrownBy(
            () -> IngestServer.builder().set("http.public-url", "https://live.example").start())
        .hasMessageContaining("access.npubs");
    assertThatThrownBy(() -> IngestServer.builder().set("access.npubs", " , ").start())
        .hasMessageContaining("names nobody");
    assertThatThrownBy(() -> IngestServer.builder().set("access.npubs", "npub1x").start())
        .hasMessageContaining("npub1x");
  }

  @Test
  void two_servers_do_not_share_their_data() throws IOException {
    try (IngestServer _ = start("data")) {
      assertThatThrownBy(() -> start("data"))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("in use by another server");
    }
    start("data").close();
  }

  private IngestServer start(String data) throws IOException {
    return IngestServer.builder()
        .rtmpPort(0)
        .httpPort(0)
        .set("admin.port", "0")
        .dataDir(directory.resolve(data))
        .start();
  }

  @Test
  void a_port_in_use_is_named() throws IOException {
    try (IngestServer first =
        IngestServer.builder()
            .rtmpPort(0)
            .httpPort(0)
            .set("admin.port", "0")
            .dataDir(directory.resolve("a"))
            .start()) {
      assertThatThrownBy(() ->
              IngestServer.builder()
                  .rtmpPort(first.rtmpPort())
                  .httpPort(0)
                  .set("admin.port", "0")
                  .dataDir(directory.resolve("b"))
                  .start())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("RTMP port " + first.rtmpPort());
      assertThatThrownBy(() ->
              IngestServer.builder()
                  .rtmpPort(0)
                  .httpPort(first.httpPort())
                  .set("admin.port", "0")
                  .dataDir(directory.resolve("c"))
                  .start())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("HTTP port " + first.httpPort());
    }
  }
}
