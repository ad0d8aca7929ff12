package com.wavlake.cli.start;

import java.io.IOException;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;

/**
 * picocli's jar with classes of today's version. Those it comes with are of Java 5: the JVM keeps
 * none of them in an AOT cache, because they lack the stack maps by which newer ones are verified.
 *
 * <p>One method is answered at once: whether Groovy's Closure is there, which picocli asks before
 * each command. It is not, and to find that out every jar of the class path would be opened.
 */
final class NewerClasses {
  private static final String ASKS_FOR_GROOVY = "loadClosureClass";
  private static final String NOTE = "META-INF/CHANGED-BY-WLK.txt";

  private static final ClassTransform RAISE =
      ClassTransform.endHandler(made -> made.withVersion(ClassFile.JAVA_17_VERSION, 0));

  private NewerClasses() {}

  /** Rewrites a jar in place; one that was rewritten stays as it is. */
  static void upgrade(Path jar) throws IOException {
    Path copy = jar.resolveSibling(jar.getFileName() + ".new");
    Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    try (FileSystem files = FileSystems.newFileSystem(copy);
        URLClassLoader types = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      ClassFile classes =
          ClassFile.of(
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(types)
                      .orElse(ClassHierarchyResolver.defaultResolver())),
              StackMapsOption.GENERATE_STACK_MAPS);
      Path root = files.getPath("/");
      for (Path file : classFiles(root)) {
        ClassModel model = classes.parse(file);
        if (model.majorVersion() < ClassFile.JAVA_6_VERSION) {
          FileTime time = Files.getLastModifiedTime(file);
          Files.write(file, classes.transformClass(model, RAISE.andThen(NewerClasses::rewrite)));
          Files.setLastModifiedTime(file, time); // who builds it twice gets the same
        }
      }
      Files.writeString(
          root.resolve(NOTE), "The build of wlk raised the version of these classes.\n");
      Files.setLastModifiedTime(root.resolve(NOTE), Files.getLastModifiedTime(jar));
    }
    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(jar)); // the AOT cache goes by it
    Files.move(copy, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static List<Path> classFiles(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(file -> file.toString().endsWith(".class")).toList();
    }
  }

  private static void rewrite(ClassBuilder made, ClassElement element) {
    if (element instanceof MethodModel method) {
      if (method.methodName().equalsString(ASKS_FOR_GROOVY)) {
        made.withMethodBody(
            method.methodName(),
            method.methodType(),
            method.flags().flagsMask(),
            code -> code.aconst_null().areturn());
      } else {
        made.transformMethod(method, MethodTransform.transformingCode(CodeTransform.ACCEPT_ALL));
      }
    } else {
      made.with(element);
    }
  }
}
