package dev.quipu.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.mask.Position;
import dev.quipu.number.Spelling;
import dev.quipu.schema.SchemaOptions.Whitespace;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas by hand, with what the drafts say of each document. */
class JsonSchemaTest {

  private static final SchemaOptions CHECKING = SchemaOptions.checking();

  /** How many bytes of a document lead on; all of them and one more if it may end there. */
  private static int accepted(String schema, SchemaOptions options, String document) {
    Position position = JsonSchema.compile(schema, options).start();
    byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      position = position.next(bytes[i] & 0xFF);
      if (position == null) {
        return i;
      }
    }
    return position.complete() ? bytes.length + 1 : bytes.length;
  }

  private static boolean isValid(String schema, String document) {
    return isValid(schema, CHECKING, document);
  }

  private static boolean isValid(String schema, SchemaOptions options, String document) {
    return accepted(schema, options, document) > document.getBytes(StandardCharsets.UTF_8).length;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]} | {"a": 1}            | true
      {"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]} | {"b": 1}            | false
      {"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]} | {"b": 1, "a": 2}    | true
      {"properties":{"a":{"type":"integer"}}}                                  | {"\\u0061": "x"}    | false
      {"properties":{"a":{"type":"integer"}}}                                  | {"\\u0061": 7.50e1} | true
      {}                                                                       | {"a": 1, "a": 1}    | false
      {}                                                                       | {"a": 1, "\\u0061": 1} | false
      {"minProperties":2,"additionalProperties":false,"properties":{"a":{},"b":{}}} | {"b": 1, "a": 2} | true
      {"patternProperties":{"^x":{"type":"null"}},"additionalProperties":false} | {"xy": null}       | true
      {"patternProperties":{"^x":{"type":"null"}},"additionalProperties":false} | {"y": null}        | false
      {"propertyNames":{"maxLength":2}}                                        | {"abc": 1}          | false
      {"dependentRequired":{"a":["b"]}}                                        | {"a": 1, "b": 2}    | true
      {"dependentRequired":{"a":["b"]}}                                        | {"a": 1}            | false
      {"dependentSchemas":{"a":{"properties":{"b":{"type":"null"}}}}}          | {"b": 1, "a": 2}    | false
      {"not":{"required":["a"]}}                                               | {"b": 1}            | true
      {"not":{"required":["a"]}}                                               | {"a": 1}            | false
      {"not":{"properties":{"a":{"type":"string"}}}}                           | {"a": "x"}          | false
      {"not":{"properties":{"a":{"type":"string"}}}}                           | {"a": 1}            | true
      {"not":{"additionalProperties":{"type":"string"}}}                       | {"a": "x", "b": 1}  | true
      {"oneOf":[{"required":["a"]},{"required":["b"]}],"type":"object"}        | {"a": 1, "b": 1}    | false
      {"oneOf":[{"required":["a"]},{"required":["b"]}],"type":"object"}        | {"b": 1}            | true
      {"oneOf":[{"type":"number"},{"multipleOf":3,"type":"integer"}]}          | 3                   | false
      {"oneOf":[{"type":"number"},{"multipleOf":3,"type":"integer"}]}          | 4                   | true
      {"if":{"properties":{"k":{"const":1}},"required":["k"]},"then":{"required":["a"]},"else":{"required":["b"]}} | {"k": 1.0, "a": 0} | true
      {"if":{"properties":{"k":{"const":1}},"required":["k"]},"then":{"required":["a"]},"else":{"required":["b"]}} | {"k": 1, "b": 0} | false
      {"if":{"properties":{"k":{"const":1}},"required":["k"]},"then":{"required":["a"]},"else":{"required":["b"]}} | {"k": 2, "b": 0} | true
      {"prefixItems":[{"type":"null"}],"items":{"type":"boolean"}}             | [null, true]        | true
      {"prefixItems":[{"type":"null"}],"items":{"type":"boolean"}}             | [null, null]        | false
      {"contains":{"type":"null"},"maxContains":1}                             | [1, null, 2]        | true
      {"contains":{"type":"null"},"maxContains":1}                             | [null, null]        | false
      {"contains":{"type":"null"},"minContains":2}                             | [null, 1, null]     | true
      {"contains":{"type":"null"},"minContains":2}                             | [null, 1]           | false
      {"uniqueItems":true}                                                     | [1, 1.0]            | false
      {"uniqueItems":true}                                                     | [{"a": 1, "b": [2]}, {"b": [2], "a": 1}] | false
      {"uniqueItems":true}                                                     | [[1], [1, 1], "1", 1, true, "\\u0031a"] | true
      {"uniqueItems":true,"items":{"type":"boolean"},"minItems":2}             | [false, true]       | true
      {"enum":[1,"a",null,[1,{"b":2}]]}                                        | [1e0, {"b": 2.0}]   | true
      {"const":{"a":1}}                                                        | {"a": 1, "b": 1}    | false
      {"unevaluatedProperties":false,"anyOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}}}]} | {"b": 1} | true
      {"unevaluatedProperties":false,"anyOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}}}]} | {"c": 1} | false
      {"unevaluatedItems":false,"contains":{"type":"null"}}                    | [null, null]        | true
      {"unevaluatedItems":false,"contains":{"type":"null"}}                    | [null, 1]           | false
      {"type":"integer"}                                                       | 1.0                 | true
      {"$schema":"http://json-schema.org/draft-04/schema#","type":"integer"}   | 1.0                 | false
      {"$schema":"http://json-schema.org/draft-04/schema#","minimum":1,"exclusiveMinimum":true} | 1  | false
      {"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/a","type":"null","definitions":{"a":{}}} | 1 | true
      {"$ref":"#/$defs/a","type":"null","$defs":{"a":{}}}                      | 1                   | false
      {"minLength":2,"maxLength":2,"type":"string"}                            | "\\ud83d\\ude00é"   | true
      {"minLength":2,"maxLength":2,"type":"string"}                            | "\\ud83d\\ude00"    | false
      {"type":"string"}                                                        | "\\ud83d"           | false
      {"format":"date"}                                                        | "2024-02-29"        | true
      {"format":"date"}                                                        | "2023-02-29"        | false
      """)
  void documentsAreJudgedAsTheDraftsSay(String schema, String document, boolean valid) {
    assertThat(isValid(schema, document.replace("\\\\", "\\"))).isEqualTo(valid);
  }

  @Test
  void aByteThatCannotBecomeValidIsNotAllowed() {
    String schema = "{\"enum\":[\"ab\",\"ac\",[1,2]]}";
    assertThat(accepted(schema, CHECKING, "\"ab\"")).isEqualTo(5);
    assertThat(accepted(schema, CHECKING, "\"ad\"")).isEqualTo(2);
    assertThat(accepted(schema, CHECKING, "[1,3]")).isEqualTo(3);
    String two = "{\"uniqueItems\":true,\"items\":{\"enum\":[\"a\",\"ab\"]}}";
    assertThat(accepted(two, CHECKING, "[\"a\",\"ab\"]")).isEqualTo(11);
    assertThat(accepted(two, CHECKING, "[\"a\",\"a\"]")).as("the a may become ab, and may not end").isEqualTo(7);
    assertThat(accepted(two, CHECKING, "[\"a\",\"ab\",")).as("no third value is left").isEqualTo(9);
    String full = "{\"maxProperties\":1,\"required\":[\"a\"]}";
    assertThat(accepted(full, CHECKING, "{\"b\"")).as("b would take the place of a").isEqualTo(2);
  }

  @Test
  void schemasContainThemselves() {
    String tree = "{\"type\":\"object\",\"properties\":{\"c\":{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}},"
        + "\"required\":[\"c\"],\"additionalProperties\":false}";
    assertThat(isValid(tree, "{\"c\": [{\"c\": []}, {\"c\": [{\"c\": []}]}]}")).isTrue();
    assertThat(isValid(tree, "{\"c\": [{\"c\": [{}]}]}")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}",
      "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"minItems\":1}", "{\"enum\":[]}", "false",
      "{\"minLength\":3,\"maxLength\":2,\"type\":\"string\"}",
      "{\"allOf\":[{\"$ref\":\"#/$defs/a\"},{\"not\":{\"$ref\":\"#/$defs/a\"}}],\"$defs\":{\"a\":{\"minimum\":1}}}"})
  void aSchemaThatNoDocumentSatisfiesIsRefused(String schema) {
    assertThatThrownBy(() -> JsonSchema.compile(schema, CHECKING)).isInstanceOf(UnsupportedSchema.class)
        .hasMessage("schema: schema at #: no document satisfies it");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"properties":{"a/b":{"pattern":"(x)\\\\1"}}} | pattern | /properties/a~1b
      {"properties":{"a":{"type":"text"}}}          | type | /properties/a
      {"items":{"multipleOf":0}}                    | multipleOf | /items
      {"$ref":"#/$defs/b","$defs":{"a":{}}}         | $ref | ''
      {"$ref":"other.json"}                         | $ref | ''
      {"not":{"uniqueItems":true}}                  | uniqueItems | ''
      {"minLength":-1}                              | minLength | ''
      {"$ref":"#"}                                  | $ref | ''
      """)
  void whatCannotBeEnforcedIsRefusedByKeywordAndPlace(String schema, String keyword, String path) {
    assertThatThrownBy(() -> JsonSchema.compile(schema.replace("\\\\\\\\", "\\\\"), CHECKING))
        .isInstanceOfSatisfying(UnsupportedSchema.class, e -> {
          assertThat(e.keyword()).isEqualTo(keyword);
          assertThat(e.path()).isEqualTo(path);
          assertThat(e).hasMessageContaining(keyword + " at " + (path.isEmpty() ? "#" : path) + ": ");
        });
  }

  @Test
  void aFormatThatNoDraftNamesIsAWarningOrRefused() {
    String schema = "{\"format\":\"int32\"}";
    assertThat(JsonSchema.compile(schema, CHECKING).warnings())
        .containsExactly("schema: format \"int32\" is named by no draft: ignored");
    assertThatThrownBy(() -> JsonSchema.compile(schema, CHECKING.withStrictFormats(true)))
        .hasMessage("schema: format at #: format \"int32\" is named by no draft");
  }

  @Test
  void otherDocumentsAreThoseThatAreGiven() {
    SchemaOptions options = CHECKING.withDocuments(Map.of("http://x/a.json", "{\"$defs\":{\"n\":{\"type\":\"null\"}}}"));
    assertThat(isValid("{\"$ref\":\"http://x/a.json#/$defs/n\"}", options, "null")).isTrue();
    assertThat(isValid("{\"$ref\":\"http://x/a.json#/$defs/n\"}", options, "1")).isFalse();
  }

  @Test
  void keysComeInTheOrderOfTheSchemaWhereThatIsAskedFor() {
    String schema = "{\"properties\":{\"b\":{},\"a\":{},\"c\":{}},\"required\":[\"a\"],"
        + "\"additionalProperties\":{\"type\":\"null\"}}";
    SchemaOptions options = SchemaOptions.generating();
    assertThat(isValid(schema, options, "{\"b\": 1, \"a\": 2, \"x\": null}")).isTrue();
    assertThat(isValid(schema, options, "{\"a\": 1, \"b\": 2}")).isFalse();
    assertThat(isValid(schema, options, "{\"a\": 1, \"c\": 2, \"b\": null}")).isFalse();
    assertThat(accepted(schema, options, "{\"c\": 1")).as("a would have no place any more").isEqualTo(2);
    assertThat(isValid(schema, options.withKeyOrder(SchemaOptions.KeyOrder.ANY), "{\"c\": 1, \"a\": 1}")).isTrue();
  }

  @Test
  void blanksStandWhereTheyMayAndEnd() {
    SchemaOptions python = SchemaOptions.generating();
    assertThat(isValid("{}", python, "{\"a\": [1, 2]}")).isTrue();
    assertThat(isValid("{}", python, "{\"a\":[1,2]}")).isFalse();
    assertThat(isValid("{}", python, "[ 1]")).isFalse();
    assertThat(isValid("{}", python.withWhitespace(Whitespace.COMPACT), "{\"a\":[1,2]}")).isTrue();
    assertThat(isValid("{}", python.withWhitespace(Whitespace.COMPACT), "[1, 2]")).isFalse();
    SchemaOptions flexible = python.withWhitespace(Whitespace.FLEXIBLE);
    assertThat(isValid("{}", flexible, "{\r\n  \"a\" : [ 1,\n" + " ".repeat(40) + "2\n ]\n}\n")).isTrue();
    assertThat(accepted("{}", flexible, "[  1]")).as("a second blank").isEqualTo(2);
    assertThat(accepted("{}", flexible, "[ \n\n1]")).as("a second line end").isEqualTo(3);
    assertThat(accepted("{}", flexible, "[\n" + " ".repeat(41) + "1]")).as("without end").isEqualTo(42);
    assertThat(isValid("{}", CHECKING, "\n{ \"a\"\t:\r\n[ 1 , 2 ] } \n")).isTrue();
    assertThat(isValid("{}", CHECKING, " ".repeat(256) + "1")).isTrue();
    assertThat(accepted("{}", CHECKING, " ".repeat(257) + "1")).isEqualTo(256);
  }

  @Test
  void numbersAreWrittenPlainlyWhereThatIsAskedFor() {
    assertThat(isValid("{\"type\":\"integer\"}", CHECKING, "75e0")).isTrue();
    SchemaOptions plain = CHECKING.withSpelling(Spelling.PLAIN);
    assertThat(accepted("{\"type\":\"integer\"}", plain, "75e0")).isEqualTo(2);
    assertThat(accepted("{\"type\":\"integer\"}", plain, "75.0")).isEqualTo(2);
    assertThat(isValid("{\"type\":\"number\"}", plain, "75.5")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"type\":\"integer\",\"minimum\":120,\"maximum\":130}",
      "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"pattern\":\"^[0-9]{3}$\"},\"minItems\":2}",
      "{\"type\":\"object\",\"properties\":{\"a\":{\"enum\":[\"x\",\"yy\"]},\"b\":{\"type\":\"object\",\"minProperties\":2}},"
          + "\"required\":[\"b\",\"a\"]}",
      "{\"oneOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}],\"type\":\"object\",\"not\":{\"properties\":{\"a\":{\"type\":\"null\"}}}}",
      "{\"type\":\"array\",\"uniqueItems\":true,\"minItems\":3,\"items\":{\"type\":\"integer\"}}",
      "{\"type\":\"object\",\"additionalProperties\":{\"$ref\":\"#\"},\"minProperties\":0,\"maxProperties\":2}"})
  void whereverADocumentStopsItCanBeCompleted(String schema) {
    Random random = new Random(7);
    JsonSchema compiled = JsonSchema.compile(schema, SchemaOptions.generating());
    for (int run = 0; run < 200; run++) {
      Position position = compiled.start();
      for (int step = random.nextInt(40); step > 0; step--) {
        Position next = position.next(random.nextInt(128));
        position = next == null ? position : next;
      }
      byte[] rest = position.completion();
      assertThat(rest != null || schema.contains("uniqueItems")).as("known but where values must differ").isTrue();
      for (int i = 0; rest != null && i < rest.length; i++) {
        position = position.next(rest[i] & 0xFF);
        assertThat(position).as("after byte %d of %s", i, new String(rest, StandardCharsets.UTF_8)).isNotNull();
      }
      assertThat(rest == null || position.complete()).isTrue();
    }
  }

  /** Each would take minutes or gigabytes if its alternatives were written out. */
  @Test
  void hostileSchemasAreDecidedOrRefused() {
    StringBuilder doubling = new StringBuilder("{\"$defs\":{");
    for (int i = 0; i < 40; i++) {
      String next = "{\"$ref\":\"#/$defs/d" + (i + 1) + "\",\"required\":[\"";
      doubling.append("\"d").append(i).append("\":{\"oneOf\":[").append(next).append("x").append(i).append("\"]},")
          .append(next).append("y").append(i).append("\"]}]},");
    }
    doubling.append("\"d40\":{\"type\":\"object\"}},\"$ref\":\"#/$defs/d0\"}");
    assertThatThrownBy(() -> JsonSchema.compile(doubling.toString(), CHECKING)).isInstanceOf(UnsupportedSchema.class)
        .hasMessageContaining("more than 100000 conditions");
    assertThatThrownBy(() -> JsonSchema.compile("{\"minItems\":1000000000,\"type\":\"array\"}", CHECKING))
        .isInstanceOf(UnsupportedSchema.class).hasMessageContaining("more than 100000 states");
    StringBuilder tagged = new StringBuilder("{\"oneOf\":[");
    for (int i = 0; i < 1000; i++) {
      tagged.append(i > 0 ? "," : "").append("{\"type\":\"object\",\"properties\":{\"k\":{\"const\":\"c").append(i)
          .append("\"},\"v\":{\"const\":").append(i).append("}},\"required\":[\"k\",\"v\"]}");
    }
    assertThat(isValid(tagged + "]}", "{\"v\": 7, \"k\": \"c7\"}")).isTrue();
    assertThat(isValid(tagged + "]}", "{\"k\": \"c8\", \"v\": 7}")).isFalse();
    assertThat(isValid("{\"type\":\"string\",\"maxLength\":1000000000,\"minLength\":3}", "\"abcd\"")).isTrue();
  }
}
