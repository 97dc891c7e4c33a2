package dev.quipu.schemabench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.config.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonStyleTest {

  private static String dumps(String json) {
    return JsonText.of(Json.parse(json, "test"), new PythonStyle());
  }

  @ParameterizedTest
  @CsvSource({
      "1.0, 1.0", "0.1, 0.1", "-0.0, -0.0", "100.0, 100.0", "1e15, 1000000000000000.0", "1e16, 1e+16", "1.5e16, 1.5e+16",
      "123456789012345680.0, 1.2345678901234568e+17", "0.0001, 0.0001", "0.00001, 1e-05", "0.000012, 1.2e-05",
      "5e-324, 5e-324", "2e23, 2e+23", "1.7976931348623157e308, 1.7976931348623157e+308", "2.0e-3, 0.002",
      "9007199254740993.0, 9007199254740992.0", "1e22, 1e+22", "-1e-7, -1e-07", "3.0e100, 3e+100"
  })
  void floatsAreWrittenAsPythonsRepr(String json, String expected) {
    assertThat(dumps(json)).isEqualTo(expected);
  }

  @Test
  void integersKeepAllOfTheirDigits() {
    assertThat(dumps("[0, -1, 123456789012345678901234567890]")).isEqualTo("[0, -1, 123456789012345678901234567890]");
  }

  @Test
  void onlyWhatMustBeIsEscaped() {
    assertThat(dumps("\"\\u0061\\u0001\\n\\\"\\\\\\/\\u007f\\u00e9\\u2028\\ud83d\\ude00\""))
        .isEqualTo("\"a\\u0001\\n\\\"\\\\/\u007fé\u2028😀\"");
  }

  @Test
  void oneSpaceAfterCommasAndColonsAndNoOther() {
    assertThat(dumps("{\"a\":[1,2,[]],\"b\":{\"c\":null,\"d\":true},\"e\":{}}"))
        .isEqualTo("{\"a\": [1, 2, []], \"b\": {\"c\": null, \"d\": true}, \"e\": {}}");
  }

  @Test
  void whatIsNoNumberIsWrittenAsPythonDoes() {
    assertThat(dumps("[NaN,Infinity,-Infinity]")).isEqualTo("[NaN, Infinity, -Infinity]");
  }
}
