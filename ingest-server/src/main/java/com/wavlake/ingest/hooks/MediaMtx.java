package com.wavlake.ingest.hooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * MediaMTX's HTTP authentication, and a {@code runOnNotReady} command that posts {@code
 * {"action":"not_ready","path":"$MTX_PATH","id":"$MTX_SOURCE_ID"}}. The path ends with the stream's
 * id; the key is the query's {@code key} or {@code pass}, or the password.
 *
 * @see <a href="https://mediamtx.org/docs/usage/authentication">MediaMTX, Authentication</a>
 */
public final class MediaMtx implements HookFormat {
  private static final Pattern KEY = Pattern.compile("(?:^|&)(?:key|pass)=([A-Za-z0-9_]+)");

  @Override
  public HookCall parse(byte[] body) throws HookMalformed {
    JsonNode json = Srs.json(body);
    String path = json.path("path").asText("");
    String stream = path.substring(path.lastIndexOf('/') + 1);
    String action = json.path("action").asText("");
    if (stream.isEmpty() && (action.equals("publish") || action.equals("not_ready"))) {
      throw new HookMalformed("path: is missing");
    }
    String client = json.path("id").asText("");
    return switch (action) {
      case "publish" -> {
        Matcher query = KEY.matcher(json.path("query").asText(""));
        String key = query.find() ? query.group(1) : json.path("password").asText("");
        yield new HookCall.Publish(client, stream, key, json.path("ip").asText(""));
      }
      case "not_ready" -> new HookCall.Unpublish(client, stream, "");
      case "" -> throw new HookMalformed("action: is missing");
      default -> new HookCall.Other();
    };
  }

  /** 401 lets a client that has shown nothing yet show its key; 403 would end it. */
  @Override
  public Reply reply(HookCall call, HookAnswer answer) {
    return switch (answer) {
      case HookAnswer.Yes _ -> new Reply(200, "", "");
      case HookAnswer.No(String reason) ->
          new Reply(
              call instanceof HookCall.Publish publish && publish.key().isEmpty() ? 401 : 403,
              "",
              reason);
    };
  }
}
