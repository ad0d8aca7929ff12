package com.wavlake.ingest;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a server's router knows. */
public final class MountedRoutes {
  private MountedRoutes() {}

  /** Method and path, a parameter as {@code {}}, of those below a prefix that name a method. */
  public static Set<String> below(String prefix, IngestServer server) {
    return server.http().routes().stream()
        .filter(route -> Optional.ofNullable(route.getPath()).orElse("").startsWith(prefix))
        .filter(route -> route.methods() != null)
        .flatMap(MountedRoutes::each)
        .collect(Collectors.toSet());
  }

  private static Stream<String> each(Route route) {
    String path = route.getPath().replaceAll(":[a-z_]+", "{}");
    return route.methods().stream().map(HttpMethod::name).map(method -> method + " " + path);
  }
}
