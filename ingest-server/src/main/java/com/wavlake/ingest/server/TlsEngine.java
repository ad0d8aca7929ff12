package com.wavlake.ingest.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLEngineOptions;
import io.vertx.core.spi.tls.SslContextFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * Vert.x's TLS with keys that are asked for anew for each connection, and with a doorkeeper before
 * the handshake, which may never come: Vert.x itself tells of a connection only after it.
 */
final class TlsEngine extends SSLEngineOptions {
  private static final int HANDSHAKE_SECONDS = 10;

  private final Supplier<SSLContext> keys;
  private final Doorkeeper doorkeeper;

  private TlsEngine(Supplier<SSLContext> keys, Doorkeeper doorkeeper) {
    this.keys = keys;
    this.doorkeeper = doorkeeper;
  }

  /** The same options within TLS; HTTP/1.1 alone, for that is what the routes are made for. */
  static HttpServerOptions within(
      HttpServerOptions options, Supplier<SSLContext> keys, Doorkeeper doorkeeper) {
    HttpServerOptions within = new HttpServerOptions(options);
    return within
        .setSsl(true)
        .setUseAlpn(false)
        .setKeyCertOptions(noOthers())
        .setSslEngineOptions(new TlsEngine(keys, doorkeeper))
        .setSslHandshakeTimeout(HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS);
  }

  /** Vert.x does not start without keys of its own. */
  private static KeyCertOptions noOthers() {
    try {
      KeyManagerFactory none =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      KeyStore empty = KeyStore.getInstance(KeyStore.getDefaultType());
      empty.load(null, null);
      none.init(empty, new char[0]);
      return KeyCertOptions.wrap(none);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a JDK without TLS", e);
    }
  }

  @Override
  public SSLEngineOptions copy() {
    return this; // nothing in it changes
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return PerConnection::new;
  }

  /** What Netty makes handlers of. */
  private final class PerConnection extends SslContext {
    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
      SSLEngine engine = keys.get().createSSLEngine();
      engine.setUseClientMode(false);
      return engine;
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String peer, int port) {
      return newEngine(allocator); // who the peer is says something to clients only
    }

    @Override
    protected SslHandler newHandler(
        ByteBufAllocator allocator, String peer, int port, boolean startTls, Executor tasks) {
      return newHandler(allocator, startTls, tasks);
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls, Executor tasks) {
      return new SslHandler(newEngine(allocator), startTls, tasks) {
        @Override
        public void handlerAdded(ChannelHandlerContext socket) throws Exception {
          super.handlerAdded(socket);
          if (!mayStay(socket)) {
            var _ = socket.close();
          }
        }
      };
    }

    private boolean mayStay(ChannelHandlerContext socket) {
      return socket.channel().remoteAddress() instanceof InetSocketAddress peer // or it has gone
          && doorkeeper.enter(peer.getAddress().getHostAddress(), socket.channel());
    }

    @Override
    public boolean isClient() {
      return false;
    }

    @Override
    public List<String> cipherSuites() {
      return List.of(keys.get().getDefaultSSLParameters().getCipherSuites());
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's, which has nothing else
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
      return List::of;
    }

    @Override
    public SSLSessionContext sessionContext() {
      return keys.get().getServerSessionContext();
    }
  }
}
