package com.wavlake.cli.check;

import com.wavlake.cli.profile.Workspace;
import com.wavlake.live.api.ProviderInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Looks at all that going live needs, one after the other. */
final class Doctor {
  private static final List<String> OF_THE_PROVIDER =
      List.of("clock", "nip-98", "access", "rtmp", "rtmps", "hls");

  private final Workspace workspace;
  private final Optional<String> provider;
  private final Duration patience;
  private final Consumer<Finding> listener;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * A doctor.
   *
   * @param patience how long each look may take
   * @param listener hears of each finding at once
   */
  Doctor(
      Workspace workspace,
      Optional<String> provider,
      Duration patience,
      Consumer<Finding> listener) {
    this.workspace = workspace;
    this.provider = provider;
    this.patience = patience;
    this.listener = listener;
  }

  List<Finding> examine() throws InterruptedException {
    look(new LocalChecks(workspace, patience).all());
    Set<String> relays = new LinkedHashSet<>();
    try (Web web = new Web(patience)) {
      Optional<ProviderInfo> info = Optional.empty();
      if (provider.isPresent()) {
        ProviderChecks checks =
            new ProviderChecks(provider.get(), workspace.identities(), web, patience);
        info = provider(checks);
        if (info.isPresent()) {
          relays.add(info.get().relayUrl());
          look(checks.about(info.get()));
        }
      } else {
        found(Finding.fail("provider", "no ingest server is set up", "wlk provider add URL"));
      }
      if (info.isEmpty()) {
        OF_THE_PROVIDER.forEach(check -> found(Finding.skip(check, "needs a provider")));
      }
    }
    relays.addAll(workspace.relayUrls());
    if (relays.isEmpty()) {
      found(Finding.skip("relay", "none is known: a provider brings one"));
    }
    look(relays.stream().filter(url -> !url.isEmpty()).map(RelayCheck::of).toList());
    return List.copyOf(findings);
  }

  private Optional<ProviderInfo> provider(ProviderChecks checks) throws InterruptedException {
    List<ProviderInfo> told = new ArrayList<>(1);
    Check asks =
        new Check(
            "provider",
            "is it running, and is this an ingest server? curl -s "
                + provider.orElse("")
                + "/api/v1/info",
            () -> {
              ProviderInfo info = checks.ask();
              told.add(info);
              return checks.provider(info);
            });
    Finding finding = asks.run(patience);
    found(finding);
    return finding.verdict() == Finding.Verdict.PASS
        ? Optional.of(told.getFirst())
        : Optional.empty();
  }

  private void look(List<Check> checks) throws InterruptedException {
    for (Check check : checks) {
      found(check.run(patience));
    }
  }

  private void found(Finding finding) {
    findings.add(finding);
    listener.accept(finding);
  }
}
