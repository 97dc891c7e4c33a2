package dev.quipu.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of hosts with labels in Punycode. */
class HostNameTest {

  private static final Language[] SAYING = IdnHostname.saying();
  private static final String LABEL = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk";

  @ParameterizedTest
  @ValueSource(strings = {"xn--bcher-kva", "XN--BCHER-KVA", "a.xn--bcher-kva.b", "xn--bcher-kva.1", "xn--4dbc5h",
      "xn--4dbc5h.xn--qmbc", "xn--4dbc5h.a1"})
  void whatALabelSaysIsAName(String name) {
    assertThat(Formats.of("hostname").accepts(name)).isTrue();
    assertThat(Formats.of("idn-hostname").accepts(name)).isTrue();
    assertThat(Formats.of("email").accepts("a@" + name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"xn--", "xn--a", "xn---a", "xn--bcher-", "xn--bcher-kv", "a.xn--x.b", "xn--ab--kva",
      "xn--a-ecb" /* not in normal form C */, "xn--4dbc5h.1a" /* a digit at the start, where a label goes to the left */,
      "xn--bcher-kva-", "xn--bücher-kva", "xn--99999999"})
  void otherLabelsAreNone(String name) {
    assertThat(Formats.of("hostname").accepts(name)).isFalse();
    assertThat(Formats.of("idn-hostname").accepts(name)).isFalse();
  }

  /** The limit that a text is asked about for is that of its label, or of the name. */
  @Test
  void beginningsThatHaveNoRoomLeftAreNone() {
    Language name = Formats.of("hostname");
    assertThat(after(name, "xn--" + "q".repeat(55)).isEmpty()).isFalse();
    assertThat(after(name, "xn--" + "q".repeat(55) + "-") == Language.NONE).isFalse();
    assertThat(after(name, "xn--" + "z".repeat(58)) == Language.NONE).isTrue();
    assertThat(after(name, LABEL + "." + LABEL + "." + LABEL + "." + "a".repeat(56) + ".xn--") == Language.NONE).isTrue();
  }

  @Test
  void everyBeginningHasAnEnd() {
    var random = new SplittableRandom(5);
    for (String format : List.of("hostname", "idn-hostname", "email")) {
      for (int round = 0; round < 60; round++) {
        Language at = after(Formats.of(format), format.equals("email") ? "a@" : "");
        StringBuilder text = new StringBuilder();
        String start = random.nextInt(4) == 0 ? "xn--4dbc5h." : "";
        start += "xn--" + letters(random, random.nextInt(58));
        for (char c : start.toCharArray()) {
          Language next = at.after(c);
          if (next == Language.NONE) {
            break;
          }
          text.append(c);
          at = next;
        }
        String end = at.shortest();
        assertThat(after(at, end).acceptsEmpty()).as(text + " + " + end).isTrue();
      }
    }
  }

  private static String letters(SplittableRandom random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("abk9-zql18".charAt(random.nextInt(10)));
    }
    return text.toString();
  }

  /** What is said to be dead, or the shortest end, is so by all characters there are. */
  @Test
  void shortestEndsAreThoseOfBruteForce() {
    Language name = Formats.of("hostname");
    for (String before : List.of("xn--bcher-k", "xn--4dbc5", "xn--bcher-kva", "xn--" + "q".repeat(53) + "-bc", "xn--a", "xn--9n2bp8",
        "xn--" + "-".repeat(20) + "z", "xn--ll-0e")) {
      Language at = after(name, before);
      String brute = brute(at, 2);
      String shortest = at.shortest();
      assertThat(brute == null ? shortest.length() > 2 : shortest.length() == brute.length())
          .as(before + ": " + brute + ", " + shortest).isTrue();
    }
    int dead = 0;
    var random = new SplittableRandom(11);
    for (int i = 0; i < 30; i++) {
      String text = "xn--" + letters(random, 57) + (i % 2 == 0 ? "a" : "");
      ALabel label = label(text);
      boolean live = !after(name, text).isEmpty();
      assertThat(live).as(text).isEqualTo(bruteEnd(label, ALabel.LONGEST - text.length()));
      dead += live ? 0 : 1;
    }
    assertThat(dead).isGreaterThan(5);
  }

  private static boolean bruteEnd(ALabel label, int room) {
    List<ALabel> now = new ArrayList<>(List.of(label));
    for (int i = 0; i <= room; i++) {
      List<ALabel> next = new ArrayList<>();
      for (ALabel each : now) {
        if (Stream.of(SAYING).anyMatch(each::says)) {
          return true;
        }
        if (i < room) {
          "abcdefghijklmnopqrstuvwxyz0123456789-".chars().forEach(c -> next.add(each.after(c)));
        }
      }
      now = next;
    }
    return false;
  }

  private static ALabel label(String text) {
    ALabel label = ALabel.START;
    for (char c : text.toCharArray()) {
      label = label.after(c);
    }
    return label;
  }

  private static String brute(Language at, int length) {
    if (at.acceptsEmpty()) {
      return "";
    }
    String best = null;
    for (char c : "abcdefghijklmnopqrstuvwxyz0123456789-".toCharArray()) {
      String rest = length == 0 || at.after(c) == Language.NONE ? null : brute(at.after(c), length - 1);
      best = rest != null && (best == null || rest.length() + 1 < best.length()) ? c + rest : best;
    }
    return best;
  }

  /** With so much room there is an end, however a label begins. */
  @Test
  void sevenMoreCharactersAreEnough() {
    for (String middle : List.of("", "-".repeat(45))) {
      for (String begin : List.of("", "-", "--", "---", "1", "1-", "1--", "q--", "11--")) {
        for (String end : List.of("", "-", "1")) {
          ALabel label = label("xn--" + begin + middle + end);
          for (Language language : SAYING) {
            assertThat(label.shortest(List.of(language), ALabel.ENOUGH)).as(label.toString()).isNotNull();
          }
        }
      }
    }
  }

  /** With what else may be asked of a string. */
  @Test
  void lengthsAreDecided() {
    Language name = Formats.of("hostname").and(Language.lengths(1, 14));
    assertThat(after(name, "xn--bcher-k").isEmpty()).isFalse();
    assertThat(after(name, "xn--bcherbcher").isEmpty()).isTrue();
    assertThat(Formats.of("hostname").and(Language.lengths(254, -1)).isEmpty()).isTrue();
    assertThat(Formats.of("hostname").count(1000)).isEqualTo(1000);
  }

  private static Language after(Language language, String text) {
    Language at = language;
    for (int i = 0; i < text.length(); i++) {
      at = at.after(text.charAt(i));
    }
    return at;
  }
}
