package com.wavlake.live.obs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.InvalidEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A profile that OBS Studio imports (Profile → Import): a folder of three files. The one with the
 * stream key is for its owner's eyes alone.
 */
public final class ObsProfile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVICE = "service.json";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final String name;
  private final EncoderSettings settings;

  private ObsProfile(String name, EncoderSettings settings) {
    this.name = name;
    this.settings = settings;
  }

  /**
   * With those settings.
   *
   * @param name as OBS lists it
   * @throws InvalidEvent when the name is blank or has line breaks
   */
  public static ObsProfile of(String name, EncoderSettings settings) {
    if (name.isBlank() || name.lines().count() != 1) {
      throw new InvalidEvent("name", "expected one line of text");
    }
    return new ObsProfile(name.strip(), settings);
  }

  /** What stands in which file. {@code service.json} holds the stream key. */
  public Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("basic.ini", basicIni());
    files.put(SERVICE, service().toPrettyString());
    files.put("streamEncoder.json", encoder().toPrettyString());
    return files;
  }

  /**
   * Writes the files into a folder, which is made when it is not there.
   *
   * @throws IOException when it cannot; nothing that OBS would read half is left
   */
  public void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files().entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.deleteIfExists(path); // an older one may be readable by others
      Files.writeString(path, "", StandardOpenOption.CREATE_NEW);
      if (file.getKey().equals(SERVICE)
          && Files.getFileStore(path).supportsFileAttributeView("posix")) {
        Files.setPosixFilePermissions(path, OWNER_ONLY);
      }
      Files.writeString(path, file.getValue(), StandardCharsets.UTF_8);
    }
  }

  private String basicIni() {
    EncoderPreset preset = settings.preset();
    return """
    [General]
    Name=%s

    [Output]
    Mode=Advanced

    [AdvOut]
    Encoder=obs_x264
    TrackIndex=1
    Track1Bitrate=%d

    [Video]
    BaseCX=%d
    BaseCY=%d
    OutputCX=%d
    OutputCY=%d
    FPSType=0
    FPSCommon=%d

    [Audio]
    SampleRate=48000
    ChannelSetup=Stereo
    """
        .formatted(
            name,
            EncoderSettings.AUDIO_KBPS,
            preset.width(),
            preset.height(),
            preset.width(),
            preset.height(),
            preset.framesPerSecond());
  }

  private ObjectNode service() {
    ObjectNode service = JSON.createObjectNode().put("type", "rtmp_custom");
    service.set("settings", serviceSettings(settings));
    return service;
  }

  /** As OBS's custom service has them. It holds the stream key. */
  static ObjectNode serviceSettings(EncoderSettings settings) {
    return JSON.createObjectNode()
        .put("server", settings.server())
        .put("key", settings.key().reveal())
        .put("use_auth", false)
        .put("bwtest", false);
  }

  private ObjectNode encoder() {
    return JSON.createObjectNode()
        .put("rate_control", "CBR")
        .put("bitrate", settings.preset().videoKbps())
        .put("keyint_sec", EncoderSettings.KEYFRAME_SECONDS)
        .put("preset", "veryfast")
        .put("profile", "high")
        .put("tune", "")
        .put("bf", 2)
        .put("x264opts", "scenecut=0");
  }
}
