package dev.quipu.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** JSON, written as a grammar in both notations, against Jackson. */
class JsonGrammarTest {

  private static final String LARK = """
      start: value
      ?value: object | array | STRING | NUMBER | "true" | "false" | "null"
      object: "{" [pair ("," pair)*] "}"
      pair: STRING ":" value
      array: "[" [value ("," value)*] "]"
      STRING: "\\"" /([^"\\\\\\x00-\\x1f]|\\\\(["\\\\\\/bfnrt]|u[0-9a-fA-F]{4}))*/ "\\""
      NUMBER: "-"? /(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?/
      %llguidance {"allow_initial_skip": true}
      %ignore /[ \\t\\r\\n]+/
      """;
  private static final String GBNF = """
      root ::= ws value ws
      value ::= "{" ws (pair ("," ws pair)*)? "}" | "[" ws (element ("," ws element)*)? "]" | string | number |
        "true" | "false" | "null"
      pair ::= string ws ":" ws element
      element ::= value ws
      string ::= "\\"" ([^"\\\\\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\\""
      number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)?
      ws ::= [ \\t\\r\\n]*
      """;

  @Test
  void grammarsOfJsonAcceptWhatJacksonDoes() {
    List<Grammar> grammars = List.of(LarkGrammar.parse(LARK, "json.lark"), GbnfGrammar.parse(GBNF, "json.gbnf"));
    Random random = new Random(1);
    int valid = 0;
    for (int i = 0; i < 2_000; i++) {
      String text = broken(value(random, 4), random);
      boolean expected = isJson(text);
      valid += expected ? 1 : 0;
      for (Grammar grammar : grammars) {
        assertThat(Written.accepts(grammar, text)).as(text).isEqualTo(expected);
      }
    }
    assertThat(valid).isBetween(300, 1_700);
  }

  private static boolean isJson(String text) {
    try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JacksonException wrong) {
      return false;
    }
  }

  private static String value(Random random, int depth) {
    String blank = List.of("", "", " ", "\n\t").get(random.nextInt(4));
    StringBuilder text = new StringBuilder();
    switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> text.append(List.of("true", "false", "null").get(random.nextInt(3)));
      case 1 -> text.append(random.nextInt(200) - 100);
      case 2 -> text.append(List.of("0.5", "-1e5", "12.25E-3", "-0", "1e+1").get(random.nextInt(5)));
      case 3, 4 -> text.append(
          List.of("\"\"", "\"añ😀\"", "\"\\u00e9\\n\\\"\"", "\"}{\"", "\"\\/\"").get(random.nextInt(5)));
      case 5 -> list(text, '[', ']', "", random, depth);
      default -> list(text, '{', '}', "\"k\" :", random, depth);
    }
    return blank + text + blank;
  }

  private static void list(StringBuilder text, char open, char close, String key, Random random, int depth) {
    text.append(open);
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : ",").append(key.replace("k", "k" + i)).append(value(random, depth - 1));
    }
    text.append(close);
  }

  /** Half of them with a character taken out, put in or put in place of another. */
  private static String broken(String text, Random random) {
    if (random.nextBoolean()) {
      return text;
    }
    int at = random.nextInt(text.length());
    String other = "{}[],:\"\\01-.eEtn \n".charAt(random.nextInt(18)) + "";
    return text.substring(0, at) + (random.nextInt(3) == 0 ? "" : other) + text.substring(at + random.nextInt(2));
  }
}
