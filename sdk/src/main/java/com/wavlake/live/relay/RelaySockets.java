package com.wavlake.live.relay;

import com.wavlake.live.net.PublicAddresses;
import java.io.IOException;
import java.net.Proxy;
import java.util.concurrent.Executors;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/** How sockets to relays are opened: what is shared by all, and what their settings ask for. */
final class RelaySockets {
  private static final OkHttpClient SHARED =
      new OkHttpClient.Builder()
          .dispatcher(unlimited()) // by default the 65th socket of a process would wait for ever
          .followRedirects(false) // a redirect would lead past the check of addresses
          .followSslRedirects(false)
          .addInterceptor(RelaySockets::uncompressed)
          .build();

  private RelaySockets() {}

  static OkHttpClient client(RelaySettings settings) {
    OkHttpClient.Builder client =
        SHARED
            .newBuilder()
            .pingInterval(settings.ping())
            .connectTimeout(settings.connectTimeout())
            .readTimeout(settings.connectTimeout()); // of the handshake: frames are pinged for
    if (settings.publicOnly()) {
      client.dns(PublicAddresses::resolve).proxy(Proxy.NO_PROXY); // a proxy would look up itself
    }
    return client.build();
  }

  /** A frame of 1 MB could unfold to a thousand of them before its size is known. */
  private static Response uncompressed(Interceptor.Chain chain) throws IOException {
    return chain.proceed(
        chain.request().newBuilder().removeHeader("Sec-WebSocket-Extensions").build());
  }

  private static Dispatcher unlimited() {
    Dispatcher dispatcher =
        new Dispatcher( // daemons: whoever has closed everything can end at once
            Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("relay-socket-", 0).factory()));
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    return dispatcher;
  }
}
