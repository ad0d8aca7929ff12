package com.wavlake.cli;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A package imports only from floors below. */
final class FloorsTest {
  private static final String ROOT = "com.wavlake.cli";
  private static final List<List<String>> FLOORS =
      List.of(
          List.of(".shell"),
          List.of(".profile"),
          List.of(".command"),
          List.of(".obs", ".chat", ".encoder", ".help"),
          List.of(".identity", ".provider", ".stream", ".event", ".policy", ".find"),
          List.of(".live"),
          List.of(".serve", ".check"),
          List.of(""),
          List.of(".start"));
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
            .allowEmptyShould(true)
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
}
