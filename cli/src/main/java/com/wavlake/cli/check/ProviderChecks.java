package com.wavlake.cli.check;

import com.wavlake.cli.profile.Identities;
import com.wavlake.cli.shell.Hints;
import com.wavlake.live.api.ApiException;
import com.wavlake.live.api.CreateStream;
import com.wavlake.live.api.CreatedStream;
import com.wavlake.live.api.LiveListing;
import com.wavlake.live.api.ManagementClient;
import com.wavlake.live.api.Nip98;
import com.wavlake.live.api.ProviderInfo;
import com.wavlake.live.nostr.LiveException;
import com.wavlake.live.nostr.SecretKey;
import com.wavlake.live.signer.KeySigner;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the provider says and does. */
final class ProviderChecks {
  private static final Duration CLOCK_WARNING = Duration.ofSeconds(10);
  private static final String SOMEWHERE = "https://player.example";

  private final String provider;
  private final Identities identities;
  private final Web web;
  private final Duration patience;

  ProviderChecks(String provider, Identities identities, Web web, Duration patience) {
    this.provider = provider;
    this.identities = identities;
    this.web = web;
    this.patience = patience;
  }

  /** What the provider says of itself; the rest of the checks is about that. */
  ProviderInfo ask() {
    try (KeySigner nobody = KeySigner.of(SecretKey.generate());
        ManagementClient client = ManagementClient.at(provider, nobody)) {
      return client.info();
    }
  }

  /** Whether it is what it says. */
  Finding provider(ProviderInfo info) {
    String words =
        info.name()
            + " "
            + info.version()
            + " at "
            + provider
            + ", "
            + info.maxStreams()
            + " streams, "
            + info.maxViewers()
            + " viewers";
    return info.apiUrl().equals(provider)
        ? Finding.pass("provider", words)
        : Finding.fail(
            "provider",
            "the server at " + provider + " calls itself " + info.apiUrl(),
            Hints.about("wlk provider add", info.apiUrl()));
  }

  List<Check> about(ProviderInfo info) {
    return List.of(
        new Check("clock", "", this::clock),
        new Check("nip-98", "", this::signedCall),
        new Check("access", "", () -> access(info)),
        new Check("rtmp", "", () -> rtmp("rtmp", Optional.of(info.rtmpIngest()))),
        new Check("rtmps", "", () -> rtmp("rtmps", info.rtmpsIngest())),
        new Check("hls", "", this::hls));
  }

  private Finding clock() {
    Duration apart;
    try (KeySigner nobody = KeySigner.of(SecretKey.generate());
        ManagementClient client = ManagementClient.at(provider, nobody)) {
      apart = Duration.between(client.time(), Instant.now());
    } catch (ApiException e) {
      if (e.status() == 404) {
        return Finding.skip("clock", "the provider does not tell the time");
      }
      throw e;
    }
    long seconds = apart.abs().toSeconds();
    String words =
        seconds == 0
            ? "the same as the provider's"
            : seconds + " s " + (apart.isNegative() ? "behind" : "ahead of") + " the provider's";
    String hint = "timedatectl set-ntp true";
    if (seconds > Nip98.WINDOW.toSeconds()) {
      return Finding.fail("clock", words + ", over the 60 s of NIP-98", hint);
    }
    return apart.abs().compareTo(CLOCK_WARNING) > 0
        ? Finding.warn("clock", words, hint)
        : Finding.pass("clock", words);
  }

  private Finding signedCall() {
    try (Signer signer = identities.signerAtHand().orElse(null)) {
      if (signer == null) {
        return Finding.skip("nip-98", noKey());
      }
      try (ManagementClient client = ManagementClient.at(provider, signer)) {
        var _ = client.list(Optional.empty(), 1);
        return Finding.pass("nip-98", "a signed call is answered");
      }
    }
  }

  private String noKey() {
    return identities.isThere()
        ? "the identity is locked; WLK_PASSPHRASE unlocks it"
        : "needs an identity";
  }

  private Finding access(ProviderInfo info) {
    String mode = info.access().orElse("");
    if (mode.equals("open")) {
      return Finding.pass("access", "everybody may publish here");
    }
    if (!mode.equals("allowlist") && !mode.equals("admin")) { // trying it may create a stream
      return Finding.skip("access", "the provider does not say who may publish here");
    }
    try (Signer signer = identities.signerAtHand().orElse(null)) {
      if (signer == null) {
        return Finding.skip("access", noKey());
      }
      try (ManagementClient client = ManagementClient.at(provider, signer)) {
        boolean hasStreams = !client.list(Optional.empty(), 1).streams().isEmpty();
        if (mode.equals("admin")) { // where asking is applying
          return hasStreams
              ? Finding.pass("access", "you have streams here")
              : Finding.warn(
                  "access",
                  "its admin approves of each key; the first stream applies",
                  "wlk stream create --title Test");
        }
        return mayCreate(client);
      }
    }
  }

  /** By a request that should not be met: whether it is looked at at all. */
  private static Finding mayCreate(ManagementClient client) {
    Optional<CreatedStream> created = Optional.empty();
    try {
      created = Optional.of(client.create(CreateStream.titled("")));
    } catch (ApiException e) {
      if (e.status() == 403) {
        return Finding.fail(
            "access",
            "you may not publish here: " + e.getMessage(),
            "wlk identity show, and tell its admin your npub");
      }
      if (e.status() != 400) {
        throw e;
      }
    }
    try {
      created.map(CreatedStream::streamId).ifPresent(client::delete);
    } catch (LiveException e) {
      return Finding.warn(
          "access",
          "you may publish here; a stream made to find out is left: "
              + created.map(CreatedStream::streamId).orElse(""),
          "wlk stream delete ID");
    }
    return Finding.pass("access", "you may publish here");
  }

  private Finding rtmp(String name, Optional<String> server) throws IOException {
    if (server.isEmpty()) {
      return Finding.skip(name, "not offered");
    }
    long start = System.nanoTime();
    try {
      RtmpProbe.shakeHands(server.get(), patience);
    } catch (IOException e) {
      String hint = "wlk provider info shows where it should be; a firewall may be in between";
      return Finding.fail(name, server.get() + ": " + e.getMessage(), hint);
    }
    return Finding.pass(name, server.get() + ", handshake in " + Millis.words(Millis.since(start)));
  }

  /**
   * A playlist of what is live, or else of nothing: whether pages elsewhere may read the answer.
   */
  private Finding hls() throws IOException, InterruptedException {
    Optional<String> live = live();
    URI uri = Web.uri(live.orElse(provider + "/live/none.m3u8"));
    Web.Answer answer = web.get(uri, Map.of("Origin", SOMEWHERE));
    String allowed = answer.allowedOrigin().orElse("");
    if (!allowed.equals("*") && !allowed.equals(SOMEWHERE)) {
      return Finding.fail(
          "hls",
          uri + " sends no Access-Control-Allow-Origin: players in pages elsewhere cannot play",
          Hints.about("curl -sI -H 'Origin: " + SOMEWHERE + "'", uri.toString()));
    }
    if (live.isEmpty()) {
      return Finding.pass("hls", "pages elsewhere may play (CORS); nothing is live to try");
    }
    return answer.status() == 200
        ? Finding.pass("hls", "a playlist, and pages elsewhere may play (CORS)")
        : Finding.warn(
            "hls",
            "HTTP " + answer.status() + " from " + uri,
            Hints.about("curl -si", uri.toString()));
  }

  private Optional<String> live() {
    try (KeySigner nobody = KeySigner.of(SecretKey.generate());
        ManagementClient client = ManagementClient.at(provider, nobody)) {
      return client.live().stream().map(LiveListing::hlsPlayback).findFirst();
    } catch (ApiException e) {
      return Optional.empty(); // it need not list what is live
    }
  }
}
