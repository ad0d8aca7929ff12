package com.wavlake.live.obs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.wavlake.live.api.StreamKey;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.LiveException.Category;
import com.wavlake.live.obs.ObsWebSocket.OutputState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ObsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final StreamKey KEY = StreamKey.generate();
  private static final EncoderSettings SETTINGS =
      new EncoderSettings("rtmp://127.0.0.1:1935/live", KEY, EncoderPreset.P1080_60);

  private static void assertCategory(Throwable thrown, Category category) {
    assertThat(((LiveException) thrown).category()).as(thrown.toString()).isEqualTo(category);
  }

  @Test
  void a_profile_says_what_obs_needs_and_keeps_the_key_private(@TempDir Path folder)
      throws Exception {
    Path profile = folder.resolve("wlk");
    ObsProfile.of("wlk 1080p60", SETTINGS).writeTo(profile);
    ObsProfile.of("wlk 1080p60", SETTINGS).writeTo(profile); // again, over the first
    assertThat(Files.readString(profile.resolve("basic.ini")))
        .contains("Name=wlk 1080p60\n")
        .contains("Mode=Advanced\n")
        .contains("Encoder=obs_x264\n")
        .contains("OutputCX=1920\n")
        .contains("FPSCommon=60\n")
        .doesNotContain(KEY.reveal());
    JsonNode service = new ObjectMapper().readTree(profile.resolve("service.json").toFile());
    assertThat(service.path("type").asText()).isEqualTo("rtmp_custom");
    assertThat(service.path("settings").path("key").asText()).isEqualTo(KEY.reveal());
    assertThat(service.path("settings").path("use_auth").asBoolean(true)).isFalse();
    JsonNode encoder = new ObjectMapper().readTree(profile.resolve("streamEncoder.json").toFile());
    assertThat(encoder.path("keyint_sec").asInt()).isEqualTo(2);
    assertThat(encoder.path("bitrate").asInt()).isEqualTo(6000);
    assertThat(Files.getPosixFilePermissions(profile.resolve("service.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(profile))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThatThrownBy(() -> ObsProfile.of("a\nb", SETTINGS)).isInstanceOf(InvalidEvent.class);
    assertThatThrownBy(() -> ObsProfile.of(" ", SETTINGS)).isInstanceOf(InvalidEvent.class);
    Map<String, String> files = ObsProfile.of("x", SETTINGS).files();
    assertThat(files).containsOnlyKeys("basic.ini", "service.json", "streamEncoder.json");
  }

  @Test
  void from_nothing_to_streaming_and_back() throws Exception {
    try (FakeObs obs = new FakeObs("hunter2");
        ObsWebSocket client = ObsWebSocket.connect(obs.url(), "hunter2", TIMEOUT)) {
      List<OutputState> states = new CopyOnWriteArrayList<>();
      client.onState(states::add);
      assertThat(client.version()).isEqualTo("29.0.2");
      client.apply(SETTINGS);
      JsonNode settings = obs.service().path("streamServiceSettings");
      assertThat(settings.path("server").asText()).isEqualTo(SETTINGS.server());
      assertThat(settings.path("key").asText()).isEqualTo(KEY.reveal());
      assertThat(settings.has("use_auth")).isTrue();
      client.startStream();
      assertThat(obs.isStreaming()).isTrue();
      assertThat(client.status().active()).isTrue();
      assertThat(client.status().skippedFrames()).isEqualTo(3);
      assertThat(client.status().durationMillis()).as("90 frames, 60 a second").isEqualTo(1500);
      assertThatThrownBy(() -> client.apply(SETTINGS))
          .satisfies(e -> assertCategory(e, Category.CONFLICT));
      assertThatThrownBy(client::startStream).satisfies(e -> assertCategory(e, Category.CONFLICT));
      client.stopStream();
      assertThat(client.status().active()).isFalse();
      assertThat(states)
          .containsExactly(
              OutputState.STARTING, OutputState.STARTED, OutputState.STOPPING, OutputState.STOPPED);
    }
  }

  @Test
  void where_it_streams_to_is_known_and_the_key_is_not_shown() throws Exception {
    try (FakeObs obs = new FakeObs("");
        ObsWebSocket client = ObsWebSocket.connect(obs.url(), "", TIMEOUT)) {
      assertThat(client.service().server()).isEmpty();
      assertThat(client.service().isThatOf(SETTINGS)).isFalse();
      client.apply(SETTINGS);
      assertThat(client.service().isThatOf(SETTINGS)).isTrue();
      assertThat(client.service()).hasToString(SETTINGS.server());
      assertThat(client.service().name()).isEmpty();
    }
  }

  @Test
  void in_simple_mode_all_of_a_preset_can_be_set_and_the_canvas_stays() throws Exception {
    try (FakeObs obs =
            new FakeObs("")
                .parameter("SimpleOutput/StreamEncoder", "x264")
                .parameter("SimpleOutput/x264Settings", "keyint=250 ref=2");
        ObsWebSocket client = ObsWebSocket.connect(obs.url(), "", TIMEOUT)) {
      ObsOutput.Outcome outcome = ObsOutput.apply(client, EncoderPreset.P720_30);
      assertThat(outcome.left()).isEmpty();
      assertThat(outcome.set())
          .containsEntry("Resolution", "1280x720")
          .containsEntry("FPS", "30")
          .containsEntry("Bitrate", "3000 Kbps")
          .containsEntry("Keyframe Interval", "2 s");
      assertThat(obs.parameter("SimpleOutput/x264Settings"))
          .isEqualTo("ref=2 keyint=60 scenecut=0");
      assertThat(obs.parameter("SimpleOutput/UseAdvanced")).isEqualTo("true");
      assertThat(obs.parameter("SimpleOutput/VBitrate")).isEqualTo("3000");
      assertThat(obs.video().path("baseWidth").asInt()).isEqualTo(1920);
      assertThat(obs.video().path("outputWidth").asInt()).isEqualTo(1280);
      assertThat(obs.video().path("fpsNumerator").asInt()).isEqualTo(30);
    }
  }

  @Test
  void what_obs_websocket_cannot_set_is_left_to_the_user() throws Exception {
    try (FakeObs obs = new FakeObs("").parameter("Output/Mode", "Advanced");
        ObsWebSocket client = ObsWebSocket.connect(obs.url(), "", TIMEOUT)) {
      obs.video().put("baseWidth", 1080).put("baseHeight", 1920);
      ObsOutput.Outcome outcome = ObsOutput.apply(client, EncoderPreset.P1080_60);
      assertThat(outcome.set()).containsOnlyKeys("FPS", "Audio");
      assertThat(outcome.left())
          .containsKeys("Resolution", "Video Encoder")
          .containsEntry("Bitrate", "6000 Kbps")
          .containsEntry("Keyframe Interval", "2 s");
      assertThat(obs.parameter("AdvOut/Track1Bitrate")).isEqualTo("160");

      obs.parameter("Output/Mode", "Simple")
          .parameter("SimpleOutput/StreamEncoder", "nvenc")
          .parameter("SimpleOutput/x264Settings", "");
      obs.video().put("fpsNumerator", 30);
      client.startStream();
      ObsOutput.Outcome busy = ObsOutput.apply(client, EncoderPreset.P1080_60);
      assertThat(busy.left())
          .containsKeys("Resolution", "FPS", "Video Encoder", "Keyframe Interval");
      assertThat(obs.parameter("SimpleOutput/x264Settings")).isEmpty();
    }
  }

  @Test
  void a_lost_connection_is_told_and_one_that_was_closed_is_not() throws Exception {
    try (FakeObs obs = new FakeObs("")) {
      CompletableFuture<LiveException> lost = new CompletableFuture<>();
      CompletableFuture<LiveException> closed = new CompletableFuture<>();
      ObsWebSocket first = ObsWebSocket.connect(obs.url(), "", TIMEOUT);
      first.onLost(closed::complete);
      first.close();
      try (ObsWebSocket second = ObsWebSocket.connect(obs.url(), "", TIMEOUT)) {
        second.onLost(lost::complete);
        obs.crash();
        assertCategory(lost.get(5, TimeUnit.SECONDS), Category.UNREACHABLE);
        assertThat(closed).isNotDone();
      }
    }
  }

  @Test
  void a_wrong_password_is_said_so() throws Exception {
    try (FakeObs obs = new FakeObs("hunter2")) {
      assertThatThrownBy(() -> ObsWebSocket.connect(obs.url(), "wrong", TIMEOUT))
          .satisfies(e -> assertCategory(e, Category.UNAUTHORIZED))
          .hasMessageContaining("password");
    }
  }

  /** From the protocol's own description of how the string is made. */
  @Test
  void the_authentication_string_is_the_protocols() {
    assertThat(
            ObsWebSocket.authentication(
                "supersecretpassword",
                "lM1GncleQOaCu9lT1yeUZhFYnqhsLLP1G5lAGo3ixaI=",
                "+IxH4CnCiqpX1rM9scsNynZzbOe4KhDeYcTNS3PDaeY="))
        .isEqualTo("1Ct943GAT+6YQUUX47Ia/ncufilbe6+oD6lY+5kaCu4=");
  }

  @Test
  void a_server_that_obs_cannot_reach_is_a_refusal_and_not_a_start() throws Exception {
    try (FakeObs obs = new FakeObs("");
        ObsWebSocket client = ObsWebSocket.connect(obs.url(), "", TIMEOUT)) {
      obs.rejectTheServer();
      assertThatThrownBy(client::startStream).satisfies(e -> assertCategory(e, Category.REFUSED));
      assertThatThrownBy(client::stopStream).satisfies(e -> assertCategory(e, Category.CONFLICT));
      assertThatThrownBy(() -> client.request("NoSuchThing", "{}"))
          .satisfies(e -> assertCategory(e, Category.REFUSED))
          .hasMessageContaining("204");
      assertThatThrownBy(() -> client.request("GetVersion", "[]"))
          .satisfies(e -> assertCategory(e, Category.INVALID));
    }
  }

  @Test
  void an_obs_that_is_silent_quits_or_was_never_there_is_told_apart() throws Exception {
    try (FakeObs obs = new FakeObs("");
        ObsWebSocket client = ObsWebSocket.connect(obs.url(), "", Duration.ofMillis(300))) {
      obs.fallSilent();
      assertThatThrownBy(client::version).satisfies(e -> assertCategory(e, Category.TIMED_OUT));
      obs.quit();
      assertThatThrownBy(
              () -> {
                while (true) {
                  try {
                    client.version();
                  } catch (LiveException e) {
                    if (e.category() != Category.TIMED_OUT) {
                      throw e;
                    }
                  }
                }
              })
          .satisfies(e -> assertCategory(e, Category.UNREACHABLE));
    }
    assertThatThrownBy(() -> ObsWebSocket.connect("ws://127.0.0.1:1", "", TIMEOUT))
        .satisfies(e -> assertCategory(e, Category.UNREACHABLE));
    assertThatThrownBy(() -> ObsWebSocket.connect("http://127.0.0.1", "", TIMEOUT))
        .satisfies(e -> assertCategory(e, Category.INVALID));
  }

  @Test
  void digits_are_those_that_obs_reads_wherever_it_runs() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      assertThat(ObsProfile.of("x", SETTINGS).files().get("basic.ini")).contains("BaseCX=1920");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void an_obs_that_quits_while_it_is_to_start_is_unreachable_at_once() throws Exception {
    try (FakeObs obs = new FakeObs("");
        ObsWebSocket client = ObsWebSocket.connect(obs.url(), "", Duration.ofSeconds(30))) {
      obs.quitInsteadOfStarting();
      assertThatThrownBy(client::startStream)
          .satisfies(e -> assertCategory(e, Category.UNREACHABLE));
    }
    try (FakeObs obs = new FakeObs("");
        ObsWebSocket client = ObsWebSocket.connect(obs.url(), "", TIMEOUT)) {
      assertThat(client.request("SetVideoSettings", "{}")).isEqualTo("{}");
    }
  }
}
