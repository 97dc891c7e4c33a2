package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.generate.Constraint;
import dev.quipu.mask.Position;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstraintOptionsTest {

  private static final String POINT = "{\"properties\": {\"x\": {\"type\": \"integer\"}, \"y\": {\"type\": \"integer\"}},"
      + " \"required\": [\"x\", \"y\"], \"type\": \"object\", \"additionalProperties\": false}";

  @TempDir
  private Path folder;

  private static Flags parse(String... args) {
    return Flags.parse(new GenerateCommand().syntax(), List.of(args));
  }

  private static Constraint constraint(String... args) {
    return new ConstraintOptions().of(parse(args));
  }

  private static boolean accepts(Constraint constraint, String text) {
    Position at = constraint.start();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      at = at == null ? null : at.next(b & 255);
    }
    return at != null && at.complete();
  }

  @Test
  void aSchemaStandsInAFileOrForItself() throws IOException {
    Path file = Files.writeString(folder.resolve("point.json"), POINT);
    for (String schema : List.of(POINT, "\n " + POINT, file.toString())) {
      Constraint constraint = constraint("--json-schema", schema, "hi");
      assertThat(accepts(constraint, "{\"x\": 1, \"y\": -2}")).isTrue();
      assertThat(accepts(constraint, "{\"x\": 1, \"y\": 2.5}")).isFalse();
      assertThat(accepts(constraint, "{\"y\": 1, \"x\": 2}")).as("the schema's order").isFalse();
      assertThat(accepts(constraint, "{\"x\":1,\"y\":2}")).as("as Python prints it").isFalse();
    }
    assertThat(accepts(constraint("--json-schema", "true"), "[1, {}]")).isTrue();
  }

  @Test
  void keysAndBlanksMayBeOtherwise() {
    assertThat(accepts(constraint("--json-schema", POINT, "--key-order", "any"), "{\"y\": 1, \"x\": 2}")).isTrue();
    assertThat(accepts(constraint("--json-schema", POINT, "--whitespace", "compact"), "{\"x\":1,\"y\":2}")).isTrue();
    assertThat(accepts(constraint("--json-schema", POINT, "--whitespace=flexible"), "{ \"x\":1,\n\"y\" :2}")).isTrue();
  }

  @Test
  void otherKindsOfTexts() {
    assertThat(accepts(constraint("--json-object"), "{\"a\": [null]}")).isTrue();
    assertThat(accepts(constraint("--json-object"), "[]")).isFalse();
    assertThat(accepts(constraint("--regex", "\\d{4}-\\d\\d"), "2026-11")).isTrue();
    assertThat(accepts(constraint("--regex", "\\d{4}-\\d\\d"), "2026-11-30")).isFalse();
    assertThat(accepts(constraint("--choice", "yes", "--choice", "no", "hi"), "no")).isTrue();
    assertThat(accepts(constraint("--choice", "yes", "--choice", "no", "hi"), "maybe")).isFalse();
    assertThat(constraint("hi")).isNull();
  }

  @Test
  void aGrammarStandsInAFile() throws IOException {
    Path lark = Files.writeString(folder.resolve("sum.lark"), "start: N (\"+\" N)*\nN: /[0-9]+/\n");
    Path gbnf = Files.writeString(folder.resolve("sum.gbnf"), "root ::= n (\"+\" n)*\nn ::= [0-9]+\n");
    for (Path file : List.of(lark, gbnf)) {
      assertThat(accepts(constraint("--grammar", file.toString()), "1+23")).isTrue();
      assertThat(accepts(constraint("--grammar", file.toString()), "1+")).isFalse();
    }
    refuses("grammar", "sum.lark", "--grammar", Files.writeString(lark, "start: M\n").toString());
  }

  @Test
  void howIsNoPartOfWhat() {
    assertThat(constraint("--json-object").forcedTokens()).isTrue();
    assertThat(constraint("--json-object").finish()).isFalse();
    Constraint other = constraint("--json-object", "--finish-json", "--no-forced-tokens");
    assertThat(other.forcedTokens()).isFalse();
    assertThat(other.finish()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"--json-schema, true, --json-object,", "--json-object,, --regex, a", "--regex, a, --choice, b"})
  void twoKindsContradictEachOther(String flag, String value, String other, String otherValue) {
    List<String> args = Stream.of(flag, value, other, otherValue).filter(arg -> arg != null).toList();
    assertThatExceptionOfType(UsageException.class).isThrownBy(() -> constraint(args.toArray(String[]::new)))
        .withMessageContaining(flag + " and " + other + " contradict each other");
  }

  @Test
  void flagsThatSayHowNeedOneThatSaysWhat() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> ConstraintOptions.refuseIdle(parse("--key-order", "any", "--regex", "a")))
        .withMessageContaining("--key-order is for --json-schema, --json-object and --tools");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> ConstraintOptions.refuseIdle(parse("--finish-json", "hi")))
        .withMessageContaining("--finish-json is for what an answer has to be: --json-schema, ");
    ConstraintOptions.refuseIdle(parse("--finish-json", "--choice", "a"));
  }

  @Test
  void whatCannotBeSaysWhatAndWhere() {
    refuses("json_schema", "/properties/a/items", "--json-schema", "{\"properties\": {\"a\": {\"items\": 3}}}");
    refuses("json_schema", "jsonschema", "--strict-formats", "--json-schema", "{\"format\": \"jsonschema\"}");
    refuses("json_schema", "", "--json-schema", "{\"type\":");
    refuses("regex", "a group that is not closed", "--regex", "(a");
    refuses("regex", "no text", "--regex", "a(?!b)b");
    assertThatExceptionOfType(QuipuException.class)
        .isThrownBy(() -> constraint("--json-schema", "missing.json"))
        .withMessage("--json-schema: cannot read the file missing.json: there is no such file or folder");
  }

  private static void refuses(String parameter, String problem, String... args) {
    assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> constraint(args))
        .satisfies(e -> assertThat(e.parameter()).isEqualTo(parameter))
        .satisfies(e -> assertThat(e.problem()).startsWith("cannot be: ").contains(problem));
  }

  @Test
  void anUnknownFormatIsAWarning() {
    assertThat(constraint("--json-schema", "{\"format\": \"int32\"}").warnings())
        .singleElement().asString().contains("int32");
  }

  @Test
  void equalConstraintsAreMadeOnce() {
    ConstraintOptions options = new ConstraintOptions();
    Constraint one = options.of(parse("--json-schema", POINT));
    Constraint other = options.of(parse("--json-schema", POINT, "--finish-json"));
    assertThat(other.start()).isSameAs(one.start());
    assertThat(options.of(parse("--json-schema", POINT, "--key-order", "any")).start()).isNotSameAs(one.start());
  }
}
