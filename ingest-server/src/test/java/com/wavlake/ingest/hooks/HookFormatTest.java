package com.wavlake.ingest.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.wavlake.ingest.hooks.HookFormat.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the engines send, and what they understand. */
final class HookFormatTest {
  private static final HookAnswer YES = new HookAnswer.Yes("the-id");
  private static final HookAnswer NO = new HookAnswer.No("No \"way\".");
  private static final String KEY = "wlk_live_0123456789abcdef0123456789abcdef";

  private final HookFormat nginx = new NginxRtmp();
  private final HookFormat srs = new Srs();
  private final HookFormat mediamtx = new MediaMtx();

  private static HookCall parse(HookFormat format, String body) throws HookMalformed {
    return format.parse(body.getBytes(StandardCharsets.UTF_8));
  }

  /** As nginx-rtmp 1.2.2 sends it: seen with a real one, see {@code NginxRtmpIT}. */
  private static String nginx(String client, String call) {
    return "app=live&flashver=FMLE/3.0%20(compatible%3B%20Lavf59.27&swfurl=&tcurl=rtmp://127.0.0.1:1935/live"
        + "&pageurl=&addr=192.0.2.7&clientid="
        + client
        + "&"
        + call;
  }

  /** Fields: SRS 6, HTTP Callback, https://ossrs.io/lts/en-us/docs/v6/doc/http-callback. */
  private static String srs(String action, String more) {
    return "{\"server_id\":\"vid-0xk989d\",\"service_id\":\"s\",\"action\":\""
        + action
        + "\",\"client_id\":\"341w361a\",\"ip\":\"192.0.2.7\",\"vhost\":\"__defaultVhost__\",\"app\":\"live\""
        + ",\"tcUrl\":\"rtmp://media.example/live\",\"stream\":\"the-id\""
        + ",\"stream_url\":\"video.test/live/the-id\",\"stream_id\":\"vid-124q9y3\""
        + more
        + "}";
  }

  /** Fields: MediaMTX 1, Authentication, HTTP-based. */
  private static String mediamtx(String action, String query, String password) {
    return "{\"ip\":\"192.0.2.7\",\"user\":\"\",\"password\":\""
        + password
        + "\",\"token\":\"\",\"action\":\""
        + action
        + "\",\"path\":\"live/the-id\",\"protocol\":\"rtmp\""
        + ",\"id\":\"0d8b3c4a-8a3c-4a55-9c9a-0f8d5d8d9b11\",\"query\":\""
        + query
        + "\"}";
  }

  @Test
  void nginx_names_the_stream_by_its_key() throws HookMalformed {
    HookCall publish = parse(nginx, nginx("1", "call=publish&name=" + KEY + "&type=live"));
    assertThat(publish).isEqualTo(new HookCall.Publish("1", "", KEY, "192.0.2.7"));
    assertThat(nginx.reply(publish, YES)).isEqualTo(new Reply(302, "the-id", ""));
    assertThat(nginx.reply(publish, NO)).isEqualTo(new Reply(403, "", "No \"way\"."));

    HookCall update =
        parse(nginx, nginx("1", "call=update_publish&time=2&timestamp=1500&name=" + KEY));
    assertThat(update).isEqualTo(new HookCall.Update("1", "", KEY, "192.0.2.7"));
    assertThat(nginx.reply(update, YES)).isEqualTo(new Reply(200, "", ""));
    assertThat(nginx.reply(update, NO).status()).isEqualTo(403);

    assertThat(parse(nginx, nginx("1", "call=publish_done&name=" + KEY)))
        .isEqualTo(new HookCall.Unpublish("1", "", KEY));
  }

  @Test
  void nginx_may_be_given_id_and_key() throws HookMalformed {
    HookCall publish = parse(nginx, nginx("1", "call=publish&name=the-id&type=live&key=" + KEY));
    assertThat(publish).isEqualTo(new HookCall.Publish("1", "the-id", KEY, "192.0.2.7"));
    assertThat(nginx.reply(publish, YES)).as("it has its name").isEqualTo(new Reply(200, "", ""));
  }

  @Test
  void what_an_encoder_adds_to_its_name_does_not_replace_what_nginx_says() throws HookMalformed {
    String body =
        nginx("1", "call=publish&name=the-id&type=live&key=" + KEY)
            + "&call=publish_done&clientid=9&addr=198.51.100.1&name=other";
    assertThat(parse(nginx, body)).isEqualTo(new HookCall.Publish("1", "the-id", KEY, "192.0.2.7"));
  }

  @Test
  void what_nginx_tells_of_viewers_and_its_own_relays_is_let_be() throws HookMalformed {
    String relay =
        "app=&flashver=ngx-local-relay&swfurl=&tcurl=&pageurl=&addr=127.0.0.1:1935/packaged&clientid=3"
            + "&call=update_play&time=2&timestamp=1600&name=the-id";
    HookCall other = parse(nginx, relay);
    assertThat(other).isEqualTo(new HookCall.Other());
    assertThat(nginx.reply(other, new HookAnswer.Yes(""))).isEqualTo(new Reply(200, "", ""));
  }

  @Test
  void srs_has_the_key_in_a_parameter() throws HookMalformed {
    String param = ",\"param\":\"?vhost=x&key=" + KEY + "\"";
    HookCall publish = parse(srs, srs("on_publish", param));
    assertThat(publish).isEqualTo(new HookCall.Publish("341w361a", "the-id", KEY, "192.0.2.7"));
    assertThat(srs.reply(publish, YES)).isEqualTo(new Reply(200, "", "{\"code\":0}"));
    assertThat(srs.reply(publish, NO))
        .isEqualTo(new Reply(200, "", "{\"code\":1,\"msg\":\"No \\\"way\\\".\"}"));
    assertThat(parse(srs, srs("on_unpublish", param)))
        .isEqualTo(new HookCall.Unpublish("341w361a", "the-id", KEY));
    String segment = ",\"duration\":9.36,\"seq_no\":100,\"m3u8\":\"./live/the-id.m3u8\"";
    assertThat(parse(srs, srs("on_hls", param + segment)))
        .isEqualTo(new HookCall.Update("341w361a", "the-id", KEY, "192.0.2.7"));
    assertThat(parse(srs, srs("on_play", param))).isEqualTo(new HookCall.Other());
    assertThat(parse(srs, srs("on_publish", ",\"param\":\"\"")))
        .as("a stream that is named by its key would show it to all")
        .isEqualTo(new HookCall.Publish("341w361a", "the-id", "", "192.0.2.7"));
  }

  @Test
  void mediamtx_has_the_key_in_the_query_or_as_password() throws HookMalformed {
    HookCall.Publish wanted =
        new HookCall.Publish("0d8b3c4a-8a3c-4a55-9c9a-0f8d5d8d9b11", "the-id", KEY, "192.0.2.7");
    assertThat(parse(mediamtx, mediamtx("publish", "key=" + KEY, ""))).isEqualTo(wanted);
    assertThat(parse(mediamtx, mediamtx("publish", "user=x&pass=" + KEY, KEY))).isEqualTo(wanted);
    assertThat(parse(mediamtx, mediamtx("publish", "monkey=1", KEY))).isEqualTo(wanted);
    assertThat(mediamtx.reply(wanted, YES)).isEqualTo(new Reply(200, "", ""));
    assertThat(mediamtx.reply(wanted, NO).status()).isEqualTo(403);
    HookCall bare = parse(mediamtx, mediamtx("publish", "", ""));
    assertThat(mediamtx.reply(bare, NO).status()).as("it may ask for the key").isEqualTo(401);
    assertThat(parse(mediamtx, mediamtx("read", "", ""))).isEqualTo(new HookCall.Other());
    assertThat(parse(mediamtx, "{\"action\":\"not_ready\",\"path\":\"live/the-id\",\"id\":\"c\"}"))
        .isEqualTo(new HookCall.Unpublish("c", "the-id", ""));
    assertThat(
            parse(
                mediamtx,
                "{\"action\":\"publish\",\"path\":\"the-id\",\"id\":null,\"password\":\"k\"}"))
        .isEqualTo(new HookCall.Publish("", "the-id", "k", ""));
  }

  @Test
  void what_is_not_as_its_engine_writes_it_is_refused_in_words() {
    for (String body :
        List.of(
            "",
            "&&&=&",
            "app=live",
            nginx("", "call=publish&name=x"),
            nginx("1", "call=publish"),
            nginx("1", "call=publish&name=%zz"))) {
      assertThatThrownBy(() -> parse(nginx, body)).as(body).isInstanceOf(HookMalformed.class);
    }
    for (String body :
        List.of(
            "",
            "[]",
            "\"x\"",
            "{",
            "{}",
            "{\"action\":{}}",
            "{\"action\":\"on_publish\"}",
            "{\"action\":\"on_publish\",\"client_id\":\"c\"}",
            "{\"action\":\"on_unpublish\",\"stream\":\"s\"}",
            "[".repeat(60_000))) {
      assertThatThrownBy(() -> parse(srs, body)).isInstanceOf(HookMalformed.class);
    }
    for (String body :
        List.of(
            "null",
            "{\"path\":\"x\"}",
            "{\"action\":\"publish\"}",
            "{\"action\":\"not_ready\",\"path\":\"x/\"}")) {
      assertThatThrownBy(() -> parse(mediamtx, body)).isInstanceOf(HookMalformed.class);
    }
  }

  @Test
  void noise_is_either_understood_or_refused() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    List<String> starts =
        List.of(
            nginx("1", "call=publish&name=" + KEY),
            srs("on_publish", ",\"param\":\"?key=" + KEY + "\""),
            mediamtx("publish", "key=" + KEY, ""));
    for (int i = 0; i < 3_000; i++) {
      byte[] body = starts.get(i % 3).getBytes(StandardCharsets.UTF_8);
      for (int n = random.nextInt(6); n >= 0; n--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      for (HookFormat format : List.of(nginx, srs, mediamtx)) {
        try {
          assertThat(format.parse(body)).as("-Dseed=%s", seed).isNotNull();
        } catch (HookMalformed e) {
          assertThat(e.getMessage()).as("-Dseed=%s", seed).isNotBlank();
        }
      }
    }
  }
}
