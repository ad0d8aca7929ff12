package com.wavlake.live.obs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.live.nostr.InvalidEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A profile that OBS Studio imports (Profile → Import): a folder of three files, one of which holds
 * the stream key: all are for their owner's eyes alone.
 */
public final class ObsProfile {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final FileAttribute<?> OWNER_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

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
    files.put("service.json", service().toPrettyString());
    files.put("streamEncoder.json", encoder().toPrettyString());
    return files;
  }

  /**
   * Writes the files into a folder, which is made, for its owner alone, when it is not there.
   *
   * @throws IOException when it cannot; each file is whole or as it was before
   */
  public void writeTo(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(folder, OWNER_ALONE);
    } else {
      Files.createDirectories(folder);
    }
    for (Map.Entry<String, String> file : files().entrySet()) {
      Path fresh = Files.createTempFile(folder, file.getKey(), ".new"); // for its owner alone
      Files.writeString(fresh, file.getValue(), StandardCharsets.UTF_8);
      Files.move(
          fresh,
          folder.resolve(file.getKey()),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private String basicIni() {
    EncoderPreset preset = settings.preset();
    return String.format(
        Locale.ROOT, // OBS reads no other digits
        """
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
        """,
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
