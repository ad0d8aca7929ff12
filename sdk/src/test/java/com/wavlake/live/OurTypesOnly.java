package com.wavlake.live;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;

/** No Jackson, OkHttp, Kotlin or crypto type leaks into what users see. */
final class OurTypesOnly extends ArchCondition<JavaMethod> {
  OurTypesOnly() {
    super("use types of the JDK and of this library alone");
  }

  @Override
  public void check(JavaMethod method, ConditionEvents events) {
    Stream.concat(Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
        .map(JavaClass::getBaseComponentType)
        .filter(type -> !type.isPrimitive())
        .filter(type ->
            !type.getPackageName().startsWith("java.")
                && !type.getPackageName().startsWith("com.wavlake."))
        .forEach(type ->
            events.add(
                SimpleConditionEvent.violated(
                    method, method.getFullName() + " shows " + type.getName())));
  }
}
