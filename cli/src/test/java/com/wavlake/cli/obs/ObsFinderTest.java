package com.wavlake.cli.obs;

import static org.assertj.core.api.Assertions.assertThat;

import com.wavlake.cli.obs.ObsFinder.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ObsFinderTest {
  @TempDir Path folder;

  private List<Found> found() {
    return ObsFinder.in(List.of(folder, folder.resolve("none"))).all();
  }

  private void ini(String text) throws IOException {
    Files.writeString(folder.resolve("global.ini"), text);
  }

  private void json(String text) throws IOException {
    Path file = folder.resolve("plugin_config/obs-websocket/config.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void obs_29_keeps_it_in_a_section_of_global_ini() throws Exception {
    ini(
        """
        \ufeff[General]
        ServerPassword=not this

        [OBSWebSocket]
        FirstLoad=false
        ServerEnabled=true
        ServerPort=4466
        AuthRequired=true
        ServerPassword=a\\\\b=c

        [Basic]
        ServerPort=1
        """);
    Found obs = found().getFirst();
    assertThat(obs.url()).isEqualTo("ws://127.0.0.1:4466");
    assertThat(obs.password()).isEqualTo("a\\b=c");
    assertThat(obs.isEnabled()).isTrue();
    assertThat(obs.toString()).doesNotContain("a\\b");
  }

  @Test
  void newer_ones_have_a_file_of_their_own_which_counts_more() throws Exception {
    ini("[OBSWebSocket]\nServerEnabled=false\nServerPort=4466\nServerPassword=old\n");
    json(
        "{\"alerts_enabled\":false,\"auth_required\":true,\"first_load\":false,"
            + "\"server_enabled\":true,\"server_password\":\"new\",\"server_port\":4477}");
    assertThat(found())
        .singleElement()
        .satisfies(obs -> {
          assertThat(obs.port()).isEqualTo(4477);
          assertThat(obs.password()).isEqualTo("new");
          assertThat(obs.isEnabled()).isTrue();
        });
  }

  @Test
  void a_password_that_is_not_asked_for_is_none() throws Exception {
    json("{\"auth_required\":false,\"server_password\":\"unused\",\"server_port\":4455}");
    assertThat(found().getFirst().password()).isEmpty();
    assertThat(found().getFirst().isEnabled()).as("off until somebody turns it on").isFalse();
    Files.delete(folder.resolve("plugin_config/obs-websocket/config.json"));
    ini("[OBSWebSocket]\nServerEnabled=true\nAuthRequired=false\nServerPassword=unused\n");
    assertThat(found().getFirst().password()).isEmpty();
    assertThat(found().getFirst().port()).isEqualTo(4455);
  }

  @Test
  void what_is_no_configuration_is_passed_over() throws Exception {
    assertThat(found()).isEmpty();
    ini("[General]\nFirstRun=true\n");
    assertThat(found()).isEmpty();
    json("{");
    assertThat(found()).isEmpty();
    json("{\"server_enabled\":true,\"server_port\":99999}");
    assertThat(found().getFirst().port()).isEqualTo(4455);
  }

  @Test
  void every_system_has_its_folders() {
    Path home = Path.of("/home/u");
    assertThat(ObsFinder.folders("Linux", home, Map.of()))
        .containsExactly(
            home.resolve(".config/obs-studio"),
            home.resolve(".var/app/com.obsproject.Studio/config/obs-studio"),
            home.resolve("snap/obs-studio/current/.config/obs-studio"));
    assertThat(ObsFinder.folders("Linux", home, Map.of("XDG_CONFIG_HOME", "/x")).getFirst())
        .isEqualTo(Path.of("/x/obs-studio"));
    assertThat(ObsFinder.folders("Mac OS X", home, Map.of()))
        .containsExactly(home.resolve("Library/Application Support/obs-studio"));
    assertThat(ObsFinder.folders("Windows 11", home, Map.of("APPDATA", "/r")))
        .containsExactly(Path.of("/r/obs-studio"));
  }
}
