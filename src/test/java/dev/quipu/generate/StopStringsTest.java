package dev.quipu.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.InvalidRequestException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {

  /** The text that comes out of parts, the string found, and what was given out before the end. */
  private static List<String> run(List<String> stops, String... parts) {
    StopStrings strings = new StopStrings(stops);
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      text.append(strings.push(part));
    }
    String early = text.toString();
    text.append(strings.finish());
    return Arrays.asList(text.toString(), strings.found(), early);
  }

  @Test
  void theTextIsCutAtTheStringAcrossParts() {
    assertThat(run(List.of("END"), "one E", "N", "D two")).containsExactly("one ", "END", "one ");
  }

  @Test
  void whatCouldBecomeTheStringIsHeldBackUntilItCannot() {
    assertThat(run(List.of("END"), "one EN")).containsExactly("one EN", null, "one ");
    assertThat(run(List.of("END"), "one EN", "ENX")).containsExactly("one ENENX", null, "one ENENX");
    assertThat(run(List.of("aab"), "aa", "ab!")).containsExactly("a", "aab", "a");
  }

  @Test
  void theFirstPlaceCountsAndNotTheFirstEnd() {
    assertThat(run(List.of("bc", "abcd"), "xab", "c", "d")).containsExactly("x", "abcd", "x");
    assertThat(run(List.of("bc", "abcd"), "xab", "c", "e")).containsExactly("xa", "bc", "xa");
    assertThat(run(List.of("bc", "abcd"), "xabc")).containsExactly("xa", "bc", "x");
  }

  @Test
  void ofTwoAtOnePlaceTheFirstOfTheListIsNamed() {
    assertThat(run(List.of("ab", "a"), "xab")).containsExactly("x", "ab", "x");
    assertThat(run(List.of("a", "ab"), "xab")).containsExactly("x", "a", "x");
  }

  @Test
  void nothingComesOnceAStringIsFound() {
    assertThat(run(List.of("."), "one. two", " three")).containsExactly("one", ".", "one");
  }

  @Test
  void withoutStringsNothingIsHeldBack() {
    assertThat(run(List.of(), "a", "b")).containsExactly("ab", null, "ab");
  }

  @Test
  void noCutOfTheTextChangesTheResult() {
    Random random = new Random(7);
    List<String> stops = List.of("abba", "bab", "bbbb", "\u00e9\ud83d\ude00");
    for (int i = 0; i < 2000; i++) {
      StringBuilder text = new StringBuilder();
      for (int c = 0; c < 30; c++) {
        text.append(random.nextInt(12) == 0 ? "\u00e9\ud83d\ude00" : random.nextBoolean() ? "a" : "b");
      }
      int first = text.length();
      for (String stop : stops) { // by hand: the least index at which any of them stands
        int at = text.indexOf(stop);
        first = at < 0 ? first : Math.min(first, at);
      }
      List<String> parts = new ArrayList<>();
      for (int at = 0; at < text.length(); ) {
        int to = Math.min(text.length(), at + 1 + random.nextInt(5));
        parts.add(text.substring(at, to));
        at = to;
      }
      assertThat(run(stops, parts.toArray(String[]::new)).getFirst()).isEqualTo(text.substring(0, first));
    }
  }

  @Test
  void anEmptyStringIsRefused() {
    assertThatThrownBy(() -> StopStrings.checked(List.of("a", "")))
        .isInstanceOf(InvalidRequestException.class).hasMessageContaining("stop");
  }
}
