package com.wavlake.ingest;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A package imports only from floors below. */
final class FloorsTest {
  private static final String ROOT = "com.wavlake.ingest";
  private static final List<List<String>> FLOORS =
      List.of(
          List.of(".time", ".media", ".amf"),
          List.of(".codec", ".delivery"),
          List.of(".rtmp", ".fmp4"),
          List.of(".hls"),
          List.of(".stream", ".relay"),
          List.of(
              ".forward",
              ".record",
              ".thumb",
              ".web",
              ".picture",
              ".moderation",
              ".outbox",
              ".webhook",
              ".access",
              ".hooks"),
          List.of(".store"),
          List.of(".server"),
          List.of(""));
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void imports_go_down() {
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      for (String room : FLOORS.get(floor)) {
        List<String> notBelow = new ArrayList<>();
        FLOORS
            .subList(floor, FLOORS.size())
            .forEach(rooms -> rooms.forEach(r -> notBelow.add(ROOT + r)));
        notBelow.remove(ROOT + room);
        ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage(ROOT + room)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(notBelow.toArray(String[]::new))
            .allowEmptyShould(floor == FLOORS.size() - 1)
            .check(CLASSES);
      }
    }
  }

  @Test
  void rooms_have_no_cycles() {
    SlicesRuleDefinition.slices()
        .matching(ROOT + ".(*)..")
        .should()
        .beFreeOfCycles()
        .check(CLASSES);
  }

  @Test
  void the_clock_is_read_in_one_place() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".time")
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }
}
