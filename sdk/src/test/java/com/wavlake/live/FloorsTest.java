package com.wavlake.live;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/** A package imports only from floors below. */
final class FloorsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("com.wavlake.live");

  @Test
  void imports_go_down() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("crypto")
        .definedBy("com.wavlake.live.crypto")
        .layer("nostr")
        .definedBy("com.wavlake.live.nostr")
        .layer("signer")
        .definedBy("com.wavlake.live.signer")
        .layer("bridge")
        .definedBy("com.wavlake.live.bridge")
        .layer("net")
        .definedBy("com.wavlake.live.net")
        .layer("relay")
        .definedBy("com.wavlake.live.relay")
        .layer("nip53")
        .definedBy("com.wavlake.live.nip53")
        .layer("social")
        .definedBy("com.wavlake.live.social")
        .layer("api")
        .definedBy("com.wavlake.live.api")
        .layer("obs")
        .definedBy("com.wavlake.live.obs")
        .layer("chat")
        .definedBy("com.wavlake.live.chat")
        .layer("broadcast")
        .definedBy("com.wavlake.live.broadcast")
        .layer("discover")
        .definedBy("com.wavlake.live.discover")
        .whereLayer("bridge")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("broadcast")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("chat")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("discover")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("obs")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("api")
        .mayOnlyBeAccessedByLayers("obs", "chat", "broadcast", "discover")
        .whereLayer("nip53")
        .mayOnlyBeAccessedByLayers("obs", "chat", "broadcast", "discover")
        .whereLayer("social")
        .mayOnlyBeAccessedByLayers("obs", "chat", "broadcast", "discover")
        .whereLayer("relay")
        .mayOnlyBeAccessedByLayers("nip53", "social", "api", "obs", "chat", "broadcast", "discover")
        .whereLayer("net")
        .mayOnlyBeAccessedByLayers(
            "relay", "nip53", "social", "api", "obs", "chat", "broadcast", "discover")
        .whereLayer("signer")
        .mayOnlyBeAccessedByLayers(
            "relay", "nip53", "social", "api", "obs", "chat", "broadcast", "discover")
        .whereLayer("crypto")
        .mayOnlyBeAccessedByLayers("nostr")
        .check(CLASSES);
  }

  @Test
  void public_signatures_use_our_types_and_the_jdks() {
    ArchRuleDefinition.methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .haveModifier(JavaModifier.PUBLIC)
        .and()
        .areDeclaredInClassesThat()
        .resideOutsideOfPackage("com.wavlake.live.bridge") // other libraries' types are its purpose
        .should(new OurTypesOnly())
        .check(CLASSES);
  }
}
