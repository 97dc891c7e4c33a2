package dev.quipu.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.quipu.QuipuException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {

  private static Config config(String json) {
    return Config.of("config.json", Json.parse(json, "config.json"));
  }

  private static void refuses(String json, Consumer<Config> reading, String message) {
    Config config = config(json);
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> reading.accept(config)).withMessage(message);
  }

  @Test
  void valuesAreThoseOfPython() {
    assertThat(Json.parse("[1, 2.0, 1e3, 99999999999999999999, NaN, -Infinity, null, true, \"ä\\n\"]", "x"))
        .isEqualTo(Arrays.asList(1L, 2.0, 1000.0, new BigInteger("99999999999999999999"), Double.NaN,
            Double.NEGATIVE_INFINITY, null, true, "ä\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\": }", "[1, 2", "{} {}", "nul", "{\"a\": 1,}"})
  void whatIsNoJsonIsRefusedByTheFilesName(String text) {
    assertThatExceptionOfType(QuipuException.class).isThrownBy(() -> Json.parse(text, "config.json"))
        .withMessageStartingWith("config.json: not valid JSON");
  }

  @Test
  void aWholeNumberMayBeWrittenWithAPoint() {
    assertThat(config("{\"n\": 3.0}").requireInt("n")).isEqualTo(3);
  }

  @Test
  void numbersThatJsonLacksMayBeTagged() {
    assertThat(config("{\"x\": {\"__float__\": \"Infinity\"}}").requireDouble("x")).isInfinite();
    refuses("{\"x\": {\"__float__\": \"1,5\"}}", c -> c.requireDouble("x"),
        "config.json: x must be a number but is {__float__=1,5} (an object)");
  }

  @Test
  void aRefusalNamesFileKeyAndBothKinds() {
    refuses("{\"n\": \"3\"}", c -> c.requireInt("n"), "config.json: n must be an integer but is 3 (a string)");
    refuses("{\"n\": 2.5}", c -> c.requireInt("n"), "config.json: n must be an integer but is 2.5 (a number)");
    refuses("{\"n\": 4294967296}", c -> c.requireInt("n"),
        "config.json: n must be an integer but is 4294967296 (a number)");
    refuses("{\"a\": {\"b\": []}}", c -> c.object("a").booleanValue("b", false),
        "config.json: a.b must be true or false but is [] (a list)");
    refuses("{\"n\": null}", c -> c.requireInt("n"), "config.json: n is missing");
    refuses("{\"a\": 1}", c -> c.object("a"), "config.json: a must be an object but is 1 (a number)");
  }

  @Test
  void keysThatNobodyAskedForAreKnown() {
    Config config = config("{\"a\": 1, \"b\": {\"c\": 2, \"d\": 3}, \"e\": null, \"f\": {\"g\": 4}}");
    config.requireInt("a");
    config.object("b").requireInt("d");
    assertThat(config.unusedKeys()).isEqualTo(List.of("f", "b.c"));
  }
}
