package com.wavlake.ingest.amf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A value of AMF0. */
public sealed interface AmfValue {

  /** A double; dates are read as one, in milliseconds. */
  record Num(double number) implements AmfValue {}

  /** True or false. */
  record Bool(boolean bool) implements AmfValue {}

  /** Text. */
  record Str(String text) implements AmfValue {}

  /** Named values in order; ECMA arrays are read as one. */
  record Obj(Map<String, AmfValue> properties) implements AmfValue {}

  /** Values in order. */
  record Array(List<AmfValue> elements) implements AmfValue {}

  /** Null, and undefined. */
  enum Null implements AmfValue {
    /** The only one. */
    NULL
  }

  /** A number. */
  static AmfValue of(double number) {
    return new Num(number);
  }

  /** A text. */
  static AmfValue of(String text) {
    return new Str(text);
  }

  /** An object of names and values in turn. */
  static Obj object(Object... namesAndValues) {
    Map<String, AmfValue> properties = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      properties.put(
          (String) namesAndValues[i],
          switch (value) {
            case Number number -> new Num(number.doubleValue());
            case Boolean bool -> new Bool(bool);
            case AmfValue amf -> amf;
            default -> new Str(value.toString());
          });
    }
    return new Obj(properties);
  }

  /** The property of an object; null for what is none or has none. */
  default AmfValue property(String name) {
    return this instanceof Obj(Map<String, AmfValue> properties)
        ? properties.getOrDefault(name, Null.NULL)
        : Null.NULL;
  }

  /** The text; "" for what is none. */
  default String asText() {
    return this instanceof Str(String text) ? text : "";
  }

  /** The number; 0 for what is none. */
  default double asNumber() {
    return this instanceof Num(double number) ? number : 0;
  }
}
