package dev.quipu.schema;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.mask.Position;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The official JSON-Schema-Test-Suite: every test of a schema that is compiled is right, byte for byte, with
 * {@code format} asserted. The schemas that are refused are those of {@code json-schema-test-suite-refused.txt}.
 */
class JsonSchemaTestSuiteTest {

  private static final String REFUSED = "/schema/json-schema-test-suite-refused.txt";

  /** Files that say something else than what is promised here: draft and file by their end. */
  private static final Map<String, String> LEFT_OUT = Map.of(
      "/format.json", "it holds format to be an annotation, and here it is asserted",
      "/optional/format-assertion.json", "it holds format to be an annotation where a vocabulary says so",
      "7/optional/content.json", "contentEncoding and contentMediaType are annotations here, as in the later drafts");

  /** A folder of the suite, and the $schema that its schemas mean where they have none. */
  enum Suite {
    DRAFT_4("draft4", "http://json-schema.org/draft-04/schema#"),
    DRAFT_6("draft6", "http://json-schema.org/draft-06/schema#"),
    DRAFT_7("draft7", "http://json-schema.org/draft-07/schema#"),
    DRAFT_2019_09("draft2019-09", "https://json-schema.org/draft/2019-09/schema"),
    DRAFT_2020_12("draft2020-12", "https://json-schema.org/draft/2020-12/schema");

    final String folder;
    final String uri;

    Suite(String folder, String uri) {
      this.folder = folder;
      this.uri = uri;
    }
  }

  private final List<String> wrong = new ArrayList<>();
  private final Map<String, String> refused = new TreeMap<>();
  private int right;

  @ParameterizedTest
  @EnumSource
  void everyTestOfWhatIsCompiledIsRight(Suite suite) throws IOException {
    String corpus = System.getProperty("quipu.corpus", "");
    Path root = Path.of(corpus, "json-schema-test-suite");
    Assumptions.assumeTrue(!corpus.isEmpty() && Files.isDirectory(root),
        "the JSON-Schema-Test-Suite is absent: set -Dquipu.corpus to the folder that has json-schema-test-suite");
    SchemaOptions options = SchemaOptions.checking().withDocuments(remotes(root.resolve("remotes"), suite));
    Path folder = root.resolve("tests").resolve(suite.folder);
    for (Path file : files(folder)) {
      String name = "/" + folder.relativize(file).toString().replace('\\', '/');
      if (LEFT_OUT.keySet().stream().noneMatch((suite.folder + name)::endsWith)) {
        run(suite, name, ExactJson.parse(Files.readString(file), name), options);
      }
    }
    System.out.println(suite.folder + ": " + right + " tests right, " + wrong.size() + " wrong, " + refused.size()
        + " schemas refused");
    assertThat(wrong).isEmpty();
    assertThat(lines(suite)).as("update " + REFUSED + " where this is as it should be")
        .containsExactlyElementsOf(expectedLines(suite));
    assertThat(right).isGreaterThan(500);
  }

  private void run(Suite suite, String file, Object groups, SchemaOptions options) {
    for (Object each : (List<?>) groups) {
      Map<?, ?> group = (Map<?, ?>) each;
      String name = suite.folder + file + ": " + group.get("description");
      Position start;
      try {
        start = JsonSchema.compile(text(withDraft(group.get("schema"), suite)), options).start();
      } catch (UnsupportedSchema e) {
        refused.put(name, e.keyword());
        continue;
      }
      for (Object test : (List<?>) group.get("tests")) {
        run(name, (Map<?, ?>) test, start);
      }
    }
  }

  private void run(String group, Map<?, ?> test, Position start) {
    String document = text(test.get("data"));
    if (accepts(start, document) == (boolean) test.get("valid")) {
      right++;
    } else {
      wrong.add(group + ": " + test.get("description") + ": " + document + " is " + test.get("valid"));
    }
  }

  private static boolean accepts(Position start, String document) {
    Position position = start;
    for (byte b : document.getBytes(UTF_8)) {
      position = position == null ? null : position.next(b & 255);
    }
    return position != null && position.complete();
  }

  /** The schemas of old drafts do not say which they are of. */
  private static Object withDraft(Object schema, Suite suite) {
    if (!(schema instanceof Map<?, ?> map) || map.containsKey("$schema")) {
      return schema;
    }
    Map<String, Object> named = new LinkedHashMap<>();
    named.put("$schema", suite.uri);
    map.forEach((key, value) -> named.put((String) key, value));
    return named;
  }

  /** The documents that the suite wants at localhost:1234. */
  private static Map<String, Object> remotes(Path folder, Suite suite) {
    Map<String, Object> remotes = new LinkedHashMap<>();
    for (Path file : files(folder)) {
      String path = folder.relativize(file).toString().replace('\\', '/');
      boolean ofOtherDraft = Stream.of("draft", "v1").anyMatch(path::startsWith) && !path.startsWith(suite.folder + "/");
      try {
        Object document = ExactJson.parse(Files.readString(file), path);
        if (!ofOtherDraft) {
          remotes.put("http://localhost:1234/" + path, document);
        } else if (document instanceof Map<?, ?> map && map.containsKey("$schema")) { // for what crosses drafts
          remotes.put("http://localhost:1234/" + path, document);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return remotes;
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line for each schema that was refused, after one with counts. */
  private List<String> lines(Suite suite) {
    Map<String, Integer> counts = new TreeMap<>();
    refused.values().forEach(keyword -> counts.merge(keyword, 1, Integer::sum));
    List<String> lines = new ArrayList<>();
    lines.add("# " + suite.folder + " " + counts);
    refused.forEach((name, keyword) -> lines.add(name + ": " + keyword));
    return lines;
  }

  private static List<String> expectedLines(Suite suite) {
    try (InputStream in = JsonSchemaTestSuiteTest.class.getResourceAsStream(REFUSED)) {
      return new String(in.readAllBytes(), UTF_8).lines()
          .filter(line -> line.startsWith(suite.folder + "/") || line.startsWith("# " + suite.folder + " ")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** JSON with all of a number's digits. */
  private static String text(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case null -> out.append("null");
      case String string -> string(string, out);
      case BigDecimal number -> out.append(number.scale() <= 0 && number.scale() > -400
          ? number.toBigInteger().toString() : number.toString());
      case List<?> list -> {
        out.append('[');
        for (Object item : list) {
          out.append(out.charAt(out.length() - 1) == '[' ? "" : ",");
          write(item, out);
        }
        out.append(']');
      }
      case Map<?, ?> map -> {
        char sign = '{';
        for (Map.Entry<?, ?> member : map.entrySet()) {
          string((String) member.getKey(), out.append(sign));
          write(member.getValue(), out.append(':'));
          sign = ',';
        }
        out.append(map.isEmpty() ? "{}" : "}");
      }
      default -> out.append(value);
    }
  }

  private static void string(String string, StringBuilder out) {
    out.append('"');
    string.chars().forEach(c -> out.append(c < ' ' || c == '"' || c == '\\' ? String.format("\\u%04x", c) : (char) c));
    out.append('"');
  }
}
