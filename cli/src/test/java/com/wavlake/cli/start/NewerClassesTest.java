package com.wavlake.cli.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** picocli's jar, made such that the JVM can cache it. */
final class NewerClassesTest {
  @TempDir Path folder;

  private Path upgraded() throws Exception {
    Path published =
        Path.of(CommandLine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path jar = Files.copy(published, folder.resolve("picocli.jar"));
    NewerClasses.upgrade(jar);
    return jar;
  }

  private static List<String> names(JarFile jar) {
    return Collections.list(jar.entries()).stream()
        .map(JarEntry::getName)
        .filter(name -> name.endsWith(".class") && name.startsWith("picocli/"))
        .toList();
  }

  @Test
  void each_class_is_of_a_version_that_has_stack_maps() throws Exception {
    try (JarFile jar = new JarFile(upgraded().toFile())) {
      List<Integer> versions = new ArrayList<>();
      for (String name : names(jar)) {
        byte[] bytes = jar.getInputStream(jar.getEntry(name)).readAllBytes();
        versions.add(ClassFile.of().parse(bytes).majorVersion());
      }
      assertThat(versions).hasSizeGreaterThan(200).containsOnly(ClassFile.JAVA_17_VERSION);
    }
  }

  @Test
  void the_verifier_accepts_each_of_them() throws Exception {
    Path upgraded = upgraded();
    URL[] path = {upgraded.toUri().toURL()};
    try (JarFile jar = new JarFile(upgraded.toFile());
        URLClassLoader classes = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
      for (String name : names(jar)) {
        if (!name.startsWith("picocli/groovy/")) {
          String type = name.replace(".class", "").replace('/', '.');
          assertThat(Class.forName(type, true, classes)).isNotNull(); // to initialise is to verify
        }
      }
    }
  }

  @Test
  void what_was_upgraded_stays_the_same_when_it_is_done_again() throws Exception {
    Path jar = upgraded();
    byte[] once = Files.readAllBytes(jar);
    NewerClasses.upgrade(jar);
    assertThat(jar).hasBinaryContent(once);
    assertThat(siblings()).containsExactly(jar);
  }

  private List<Path> siblings() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
