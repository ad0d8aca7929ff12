package com.wavlake.ingest.hooks;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * nginx-rtmp's {@code on_publish}, {@code on_publish_done} and {@code on_update}: form fields in,
 * an HTTP status out. The stream's name is the key; a redirect gives it the stream's id as name, so
 * that no playlist's URL shows the key. nginx does not keep to that name itself: all later calls
 * have the one that the encoder gave, and HLS in the same application would too. An encoder may
 * also give the id as name and the key as argument, {@code ID?key=wlk_live_…}.
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
        // nginx's own come first, an encoder's arguments after them: those must not replace these
        fields.putIfAbsent(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
      }
    }
    String name = fields.getOrDefault("name", "");
    String key = fields.getOrDefault("key", name);
    String stream = fields.containsKey("key") ? name : "";
    String client = fields.getOrDefault("clientid", "");
    String peer = fields.getOrDefault("addr", "");
    String call = fields.getOrDefault("call", "");
    return switch (call) {
      case "publish", "update_publish", "publish_done" -> {
        if (client.isEmpty() || name.isEmpty()) {
          throw new HookMalformed("clientid, name: are required");
        }
        yield switch (call) {
          case "publish" -> new HookCall.Publish(client, stream, key, peer);
          case "update_publish" -> new HookCall.Update(client, stream, key, peer);
          default -> new HookCall.Unpublish(client, stream, key);
        };
      }
      case "" -> throw new HookMalformed("call: is missing");
      default -> new HookCall.Other();
    };
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
          call instanceof HookCall.Publish publish && publish.stream().isEmpty()
              ? new Reply(302, streamId, "")
              : new Reply(200, "", "");
    };
  }
}
