package com.wavlake.ingest.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SRS's HTTP callbacks: JSON in, {@code {"code": 0}} out for yes. SRS cannot rename a stream, so it
 * is named by its id, and the key comes as a parameter: {@code rtmp://host/live/ID?key=wlk_live_…}.
 * {@code on_hls}, called for each segment, tells that an encoder is there still.
 *
 * @see <a href="https://ossrs.io/lts/en-us/docs/v6/doc/http-callback">SRS, HTTP Callback</a>
 */
public final class Srs implements HookFormat {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern KEY = Pattern.compile("[?&]key=([A-Za-z0-9_]+)");

  @Override
  public HookCall parse(byte[] body) throws HookMalformed {
    JsonNode json = json(body);
    String client = json.path("client_id").asText("");
    String stream = json.path("stream").asText("");
    String peer = json.path("ip").asText("");
    String action = json.path("action").asText("");
    return switch (action) {
      case "on_publish", "on_hls", "on_unpublish" -> {
        if (client.isEmpty() || stream.isEmpty()) {
          throw new HookMalformed("client_id, stream: are required");
        }
        Matcher param = KEY.matcher(json.path("param").asText(""));
        String key = param.find() ? param.group(1) : "";
        yield switch (action) {
          case "on_publish" -> new HookCall.Publish(client, stream, key, peer);
          case "on_hls" -> new HookCall.Update(client, stream, key, peer);
          default -> new HookCall.Unpublish(client, stream, key);
        };
      }
      case "" -> throw new HookMalformed("action: is missing");
      default -> new HookCall.Other();
    };
  }

  static JsonNode json(byte[] body) throws HookMalformed {
    try {
      JsonNode json = JSON.readTree(body);
      if (json.isObject()) {
        return json;
      }
    } catch (IOException e) {
      // said below
    }
    throw new HookMalformed("the body is not a JSON object");
  }

  @Override
  public Reply reply(HookCall call, HookAnswer answer) {
    return switch (answer) {
      case HookAnswer.Yes _ -> new Reply(200, "", "{\"code\":0}");
      case HookAnswer.No(String reason) ->
          new Reply(200, "", JSON.createObjectNode().put("code", 1).put("msg", reason).toString());
    };
  }
}
