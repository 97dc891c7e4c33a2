package dev.quipu.schemabench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quipu.config.Json;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RespellingTest {

  private static final String DOCUMENT =
      "{\"key\":[1,-20,0,7.5,-0.001,1e300,1.5e-300,123456789012345],\"b/\\n\\u00e9\\ud83d\\ude00\":{\"c\":[]},"
          + "\"d\":{},\"e\":[true,null,\"x\"]}";

  private static Set<String> spellings(String json, boolean integersAsWritten, boolean anyBlanks) {
    Object value = Json.parse(json, "test");
    Set<String> spellings = new HashSet<>();
    for (int seed = 0; seed < 500; seed++) {
      spellings.add(JsonText.of(value, new Respelling(new SplittableRandom(seed), integersAsWritten, anyBlanks)));
    }
    return spellings;
  }

  /** Numbers by their value, objects without their order. */
  private static Object normal(Object value) {
    return switch (value) {
      case Number number -> new BigDecimal(number.toString()).stripTrailingZeros();
      case List<?> list -> list.stream().map(RespellingTest::normal).collect(Collectors.toList());
      case Map<?, ?> map -> {
        Map<Object, Object> normal = new LinkedHashMap<>();
        map.forEach((key, item) -> normal.put(key, normal(item)));
        yield normal;
      }
      case null -> "null";
      default -> value;
    };
  }

  @Test
  void theValueStaysTheSame() {
    Object value = normal(Json.parse(DOCUMENT, "test"));
    Set<String> spellings = spellings(DOCUMENT, false, true);
    assertThat(spellings).hasSizeGreaterThan(400);
    for (String spelling : spellings) {
      assertThat(normal(Json.parse(spelling, spelling))).as(spelling).isEqualTo(value);
    }
  }

  @Test
  void eachKindOfSpellingIsDrawn() {
    assertThat(spellings("{\"a\":75,\"b\":1}", false, true))
        .anyMatch(text -> text.startsWith("{\"b\""))
        .anyMatch(text -> text.contains("\\u0061"))
        .anyMatch(text -> text.contains("75.0"))
        .anyMatch(text -> text.contains("7.5e1"))
        .anyMatch(text -> text.contains("7.50E+1"))
        .anyMatch(text -> text.contains("{\n  "))
        .anyMatch(text -> text.contains(" :"))
        .anyMatch(text -> text.startsWith("{\"a\":75,\"b\":1}"));
  }

  @Test
  void whereOnlyIntegersAreIntegersTheyStayWhatTheyAre() {
    assertThat(spellings("[75]", true, false)).containsExactly("[75]");
    assertThat(spellings("[75.0]", true, false)).contains("[7.5e1]").doesNotContain("[75]");
  }

  @Test
  void pythonsBlanksWhereThereMayBeNoOthers() {
    assertThat(spellings("[true, null]", false, false)).containsExactly("[true, null]");
  }
}
