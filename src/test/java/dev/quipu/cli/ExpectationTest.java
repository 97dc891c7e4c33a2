package dev.quipu.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.mask.Position;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectationTest {

  /** Accepts a few texts. */
  private record Texts(List<String> rests) implements Position {

    @Override
    public Position next(int b) {
      List<String> after = new ArrayList<>();
      for (String rest : rests) {
        if (!rest.isEmpty() && rest.charAt(0) == b) {
          after.add(rest.substring(1));
        }
      }
      return after.isEmpty() ? null : new Texts(after);
    }

    @Override
    public boolean complete() {
      return rests.contains("");
    }
  }

  private static String after(String beginning, String... rests) {
    return Expectation.describe(beginning.getBytes(UTF_8), new Texts(List.of(rests)));
  }

  /** Rests of all letters and digits, which are more words than anybody reads. */
  private static String[] many(String before, String after) {
    return "abcdefghijklmnopqrstuvwxyz".chars().mapToObj(c -> before + (char) c + after).toArray(String[]::new);
  }

  @Test
  void signs() {
    assertThat(after("{\"a\": 1", ", \"b\": 2}", "}")).isEqualTo("\",\" or \"}\"");
  }

  @Test
  void theNamesOfKeys() {
    assertThat(after("{", "\"name\": 1}", "\"age\": 1}", "}")).isEqualTo("\"age\", \"name\" or \"}\"");
    assertThat(after("{\"n", "ame\": 1}", "umber\": 1}")).isEqualTo("\"name\" or \"number\"");
  }

  @Test
  void keysAndStringsThatAreTooMany() {
    assertThat(after("{", many("\"", "\": 1}"))).isEqualTo("a key");
    assertThat(after("{\"a\": ", many("\"", "\"}"))).isEqualTo("a string");
    assertThat(after("{\"", many("", "\": 1}"))).isEqualTo("another character of the key");
    assertThat(after("[\"", many("", "\"]"))).isEqualTo("another character of the string");
  }

  @Test
  void words() {
    assertThat(after("[", "true]", "null]", "false]")).isEqualTo("false, null or true");
    assertThat(after("[tr", "ue]")).isEqualTo("true");
  }

  @Test
  void numbers() {
    assertThat(after("[", "0]", "1]", "2]", "3]", "4]", "5]", "6]", "7]", "8]", "9]", "-1]")).isEqualTo("a number");
    assertThat(after("[", "1]", "-1]")).isEqualTo("a number that begins with - or 1");
    assertThat(after("[1", "]", "5]", ".5]", "e5]")).isEqualTo("\".\", \"]\", \"e\" or the digit 5");
  }

  @Test
  void theEnd() {
    assertThat(after("{}", "")).isEqualTo("the end");
    assertThat(after("{}", "", " ")).isEqualTo("the end");
    assertThat(after("[1", " ", "\n")).isEqualTo("a blank");
  }

  @Test
  void quotesAndBackslashesInStrings() {
    assertThat(after("[", "\"a\\\"b\"]")).isEqualTo("\"a\\\"b\"");
    assertThat(after("[\"a\\\\", "\"]", "\\\\\"]")).isEqualTo("\"a\\\\\"");
  }
}
