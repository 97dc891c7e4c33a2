package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchemaCheckCommandTest {

  private static final String PERSON = """
      {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}},
       "required": ["name"], "additionalProperties": false}""";

  @TempDir
  Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String schema, String... instances) throws IOException {
    List<String> args = new ArrayList<>(List.of("schema", "check", file("schema.json", schema)));
    for (int i = 0; i < instances.length; i++) {
      args.add(file(i + ".json", instances[i]));
    }
    return run(args);
  }

  private int run(List<String> args) {
    PrintStream before = System.err;
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      return Main.run(args, new Output(out));
    } finally {
      System.setErr(before);
    }
  }

  private String file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    return file.toString();
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8).replace(folder + File.separator, "");
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8).replace(folder + File.separator, "");
  }

  @Test
  void documentsThatAreAccepted() throws IOException {
    assertThat(run(PERSON, "{\"age\": 75.0, \"n\\u0061me\": \"\"}\n", "{\n  \"name\":\"Ada\"\n}")).isEqualTo(Failures.DONE);
    assertThat(out()).isEqualTo("0.json: accepted\n1.json: accepted\n");
  }

  @Test
  void whereADocumentIsNotAcceptedAndWhatMayStandThere() throws IOException {
    assertThat(run(PERSON, "{\n  \"name\": \"ä\",\n  \"size\": 1}")).isEqualTo(Failures.FAILED);
    assertThat(out()).startsWith("0.json: not accepted at byte 21 (line 3, column 4): found \"s\", expected \"age\"");
  }

  @Test
  void keysThatAreMissing() throws IOException {
    assertThat(run(PERSON, "{}", "{\"age\": 1}", "{\"name\": \"a\"")).isEqualTo(Failures.FAILED);
    assertThat(out().lines().toList().get(0)).startsWith(
        "0.json: not accepted at byte 1 (line 1, column 2): found \"}\", expected \"age\" or \"name\"");
    assertThat(out().lines().toList().get(1)).contains("at byte 9", "found \"}\", expected ", "\",\"");
    assertThat(out().lines().toList().get(2)).contains("at byte 12", "found the end, expected \",\" or \"}\"");
  }

  @Test
  void aSchemaByItself() throws IOException {
    assertThat(run(PERSON)).isEqualTo(Failures.DONE);
    assertThat(out()).isEqualTo("schema.json: the schema can be enforced\n");
  }

  @Test
  void warningsNameFormatsThatAreIgnored() throws IOException {
    assertThat(run("{\"format\": \"int32\"}")).isEqualTo(Failures.DONE);
    assertThat(err()).startsWith("schema.json: ").contains("int32");
    assertThat(run(List.of("schema", "check", "--strict-formats", folder.resolve("schema.json").toString())))
        .isEqualTo(Failures.USAGE);
  }

  @Test
  void aRefusedSchemaIsNotADocumentThatIsNotAccepted() throws IOException {
    assertThat(run("{\"properties\": {\"a\": {\"pattern\": \"(a)\\\\1\"}}}", "{}")).isEqualTo(Failures.USAGE);
    assertThat(err()).startsWith("schema.json: ").contains("pattern", "/properties/a");
    assertThat(out()).isEmpty();
  }

  @Test
  void blanksAndOrderByFlags() throws IOException {
    String schema = file("schema.json", PERSON);
    String document = file("document.json", "{\"age\": 1, \"name\": \"\"}");
    assertThat(run(List.of("schema", "check", schema, document, "--whitespace", "python"))).isEqualTo(Failures.DONE);
    assertThat(run(List.of("schema", "check", schema, document, "--whitespace", "compact"))).isEqualTo(Failures.FAILED);
    assertThat(run(List.of("schema", "check", schema, document, "--key-order", "schema"))).isEqualTo(Failures.FAILED);
  }

  @Test
  void whatCannotBeReadIsNoVerdict() throws IOException {
    String schema = file("schema.json", PERSON);
    assertThat(run(List.of("schema", "check", schema, "absent.json"))).isEqualTo(Failures.USAGE);
    assertThat(err()).isEqualTo("absent.json: cannot read it: there is no such file or folder\n");
    assertThat(run(List.of("schema", "check"))).isEqualTo(Failures.USAGE);
    assertThat(run(List.of("schema"))).isEqualTo(Failures.USAGE);
  }
}
