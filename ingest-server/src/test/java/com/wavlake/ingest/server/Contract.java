package com.wavlake.ingest.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An OpenAPI 3.1 document, and whether what a server answers is in it. Every schema of a body is a
 * reference to one in {@code components}, which keeps both the document and this class short.
 */
final class Contract {
  static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String DEFINITIONS = "#/$defs/";
  private static final String AT = "https://contract.example/openapi.json";
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z_]+)}");

  private final JsonNode document;
  private final JsonSchemaFactory schemas;
  private final SchemaValidatorsConfig strict =
      SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

  /**
   * One operation.
   *
   * @param method in upper case
   * @param path with its parameters as {@code {name}}
   * @param json as in the document, its path's parameters among its own
   */
  record Operation(String method, String path, JsonNode json) {
    String id() {
      return json.path("operationId").asText();
    }

    List<String> pathParameters() {
      return PARAMETER.matcher(path).results().map(m -> m.group(1)).toList();
    }

    /** As {@link com.wavlake.ingest.MountedRoutes} has it. */
    String route() {
      return method + " " + PARAMETER.matcher(path).replaceAll("{}");
    }

    boolean documents(int status) {
      return json.path("responses").has(Integer.toString(status));
    }

    boolean hasBody() {
      return json.has("requestBody");
    }

    boolean matches(String otherMethod, String otherPath) {
      return method.equals(otherMethod)
          && otherPath.matches(PARAMETER.matcher(path).replaceAll("[^/]+"));
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private Contract(JsonNode document) {
    this.document = document;
    ObjectNode definitions = JSON.createObjectNode();
    definitions.set("$defs", document.at("/components/schemas"));
    String all = definitions.toString().replace(SCHEMAS, DEFINITIONS);
    this.schemas =
        JsonSchemaFactory.getInstance(
            VersionFlag.V202012,
            builder -> builder.schemaLoaders(loaders -> loaders.schemas(Map.of(AT, all))));
  }

  /** Reads one; a key that is there twice is refused. */
  static Contract read(byte[] yaml) throws IOException {
    YAMLMapper mapper =
        YAMLMapper.builder(
                YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
            .build();
    return new Contract(mapper.readTree(yaml));
  }

  JsonNode document() {
    return document;
  }

  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue().properties().stream()
                .filter(field -> METHODS.contains(field.getKey()))
                .forEach(field -> {
                  ObjectNode json = field.getValue().deepCopy();
                  path.getValue()
                      .path("parameters")
                      .forEach(parameter -> json.withArray("parameters").add(parameter));
                  operations.add(
                      new Operation(field.getKey().toUpperCase(Locale.ROOT), path.getKey(), json));
                }));
    return operations;
  }

  /** The one that a request is for; a path without parameters goes first. */
  Optional<Operation> operation(String method, String path) {
    return operations().stream()
        .filter(operation -> operation.matches(method, path))
        .min(Comparator.comparingInt(operation -> operation.pathParameters().size()));
  }

  /** What a reference stands for, and everything else itself. */
  JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? resolve(document.at(node.path("$ref").asText().substring(1))) : node;
  }

  /** Why an answer is not as it is documented; nothing when it is. */
  List<String> faults(Operation operation, int status, HttpHeaders headers, String body) {
    JsonNode responses = operation.json().path("responses");
    JsonNode response =
        resolve(responses.path(operation.documents(status) ? Integer.toString(status) : "default"));
    List<String> faults = new ArrayList<>();
    response
        .path("headers")
        .properties()
        .forEach(header -> faults.addAll(header(header.getKey(), header.getValue(), headers)));
    String type = headers.firstValue("Content-Type").orElse("none");
    JsonNode media = response.path("content").path(type);
    if (media.isMissingNode()) {
      faults.add("Content-Type " + type + " is not documented");
    } else if (type.endsWith("json")) {
      try {
        faults.addAll(invalid(schemaOf(media), JSON.readTree(body)));
      } catch (JsonProcessingException e) {
        faults.add(String.valueOf(e.getMessage()));
      }
    } else {
      faults.addAll(eventFaults(body));
    }
    return faults;
  }

  private List<String> header(String name, JsonNode documented, HttpHeaders headers) {
    Optional<String> value = headers.firstValue(name);
    JsonNode header = resolve(documented);
    if (value.isEmpty()) {
      return header.path("required").asBoolean() ? List.of(name + " is missing") : List.of();
    }
    return headerFaults(header.path("schema"), value.get());
  }

  /** Why a header's value is not one of a schema. */
  List<String> headerFaults(JsonNode schema, String value) {
    return invalid(schema, parameter(value));
  }

  private static JsonNode parameter(String text) {
    return text.matches("\\d{1,18}")
        ? LongNode.valueOf(Long.parseLong(text))
        : TextNode.valueOf(text);
  }

  /** The schema of a body, by name. */
  static String schemaOf(JsonNode media) {
    String ref = media.path("schema").path("$ref").asText();
    if (!ref.startsWith(SCHEMAS)) {
      throw new IllegalArgumentException("a body's schema is no reference: " + media);
    }
    return ref.substring(SCHEMAS.length());
  }

  /** The schema of a request's body, by name. */
  String bodySchema(Operation operation) {
    return schemaOf(operation.json().path("requestBody").path("content").path("application/json"));
  }

  /** A body that is right by the document. */
  String bodyExample(Operation operation) {
    return document.at("/components/schemas/" + bodySchema(operation) + "/examples/0").toString();
  }

  /** Why a value is not one of a named schema. */
  List<String> invalid(String name, JsonNode value) {
    return messages(
        schemas.getSchema(SchemaLocation.of(AT + DEFINITIONS + name), strict).validate(value));
  }

  /** Why a value is not one of a schema that has no references. */
  List<String> invalid(JsonNode schema, JsonNode value) {
    return schema.has("$ref")
        ? invalid(schema.path("$ref").asText().substring(SCHEMAS.length()), value)
        : messages(schemas.getSchema(schema, strict).validate(value));
  }

  private static List<String> messages(Set<ValidationMessage> found) {
    return found.stream().map(ValidationMessage::getMessage).toList();
  }

  /** Server-sent events: {@code first_segment} is a FirstSegmentEvent. */
  private List<String> eventFaults(String body) {
    List<String> faults = new ArrayList<>();
    for (String block : body.split("\n\n", -1)) {
      if (block.startsWith("event: ")) {
        String[] lines = block.split("\n", -1);
        String name = eventSchema(lines[0].substring("event: ".length()));
        try {
          faults.addAll(invalid(name, JSON.readTree(lines[1].substring("data: ".length()))));
        } catch (JsonProcessingException e) {
          faults.add(block);
        }
      } else if (!block.isEmpty() && !block.matches("retry: \\d+|: .*")) {
        faults.add("no event: " + block);
      }
    }
    return faults;
  }

  private static String eventSchema(String name) {
    return Stream.of(name.split("_", -1))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .reduce("", String::concat)
        + "Event";
  }
}
