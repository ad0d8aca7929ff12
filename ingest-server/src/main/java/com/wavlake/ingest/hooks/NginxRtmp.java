package com.wavlake.ingest.hooks;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * nginx-rtmp's {@code on_publish}, {@code on_publish_done} and {@code on_update}: form fields in,
 * an HTTP status out. The stream's name is the key; a redirect gives it the stream's id as name, so
 * that no playlist's URL shows the key.
 *
 * @see <a href="https://github.com/arut/nginx-rtmp-module/wiki/Directives#notify">nginx-rtmp,
 *     Notify</a>
 */
public final class NginxRtmp implements HookFormat {
  @Override
  public HookCall parse(byte[] body) throws HookMalformed {
    Map<String, String> fields = new HashMap<>();
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        fields.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    String name = fields.getOrDefault("name", "");
    String client = fields.getOrDefault("clientid", "");
    String peer = fields.getOrDefault("addr", "");
    return switch (fields.getOrDefault("call", "")) {
      case "publish" -> new HookCall.Publish(required("clientid", client), name, name, peer);
      case "update_publish" -> new HookCall.Update(required("clientid", client), name, name, peer);
      case "publish_done" -> new HookCall.Unpublish(required("clientid", client), name);
      case "" -> throw new HookMalformed("call: is missing");
      default -> new HookCall.Other();
    };
  }

  private static String required(String field, String value) throws HookMalformed {
    if (value.isEmpty()) {
      throw new HookMalformed(field + ": is missing");
    }
    return value;
  }

  private static String decoded(String text) throws HookMalformed {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new HookMalformed("the form is not well encoded");
    }
  }

  @Override
  public Reply reply(HookCall call, HookAnswer answer) {
    return switch (answer) {
      case HookAnswer.No(String reason) -> new Reply(403, "", reason);
      case HookAnswer.Yes(String streamId) ->
          call instanceof HookCall.Publish publish && !publish.stream().equals(streamId)
              ? new Reply(302, streamId, "")
              : new Reply(200, "", "");
    };
  }
}
