package dev.quipu.number;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NumberPositionTest {

  private static final String ALPHABET = "-0159.eE+";
  private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final Pattern BEGINNING =
      Pattern.compile("-?((0|[1-9][0-9]*)(\\.[0-9]*)?|(0|[1-9][0-9]*)(\\.[0-9]+)?[eE][+-]?[0-9]*)?");

  /** The value is null if the text is no number, but the beginning of one. */
  private record Text(String text, BigDecimal value, boolean asInteger, boolean asPlain) {

    static Text of(String text) {
      BigDecimal value = NUMBER.matcher(text).matches() ? new BigDecimal(text) : null;
      boolean negativeZero = value != null && text.startsWith("-") && value.signum() == 0;
      return new Text(text, value, !text.matches(".*[.eE].*"), !text.matches(".*[eE].*") && !negativeZero);
    }

    boolean isIn(RandomSets.Checked set, Spelling spelling) {
      if (value == null || !set.contains(value, asInteger)) {
        return false;
      }
      boolean better = !asInteger && value.stripTrailingZeros().scale() <= 0 && set.contains(value, true);
      return spelling == Spelling.ANY || asPlain && !better;
    }
  }

  private static final List<Text> TEXTS = new ArrayList<>();

  static {
    collect("", 6);
  }

  /** Beginnings of JSON's numbers, with and without more to come. */
  private static void collect(String text, int more) {
    TEXTS.add(Text.of(text));
    for (int i = 0; more > 0 && i < ALPHABET.length(); i++) {
      String longer = text + ALPHABET.charAt(i);
      if (BEGINNING.matcher(longer).matches()) {
        collect(longer, more - 1);
      }
    }
  }

  /** What is written is offered; and what is offered has a completion, which is what is asked for. */
  @ParameterizedTest
  @EnumSource(Spelling.class)
  void offersTheBeginningsOfMembersAndNoOthers(Spelling spelling) {
    for (int seed = 0; seed < Integer.getInteger("quipu.numbers", 10); seed++) {
      var random = new Random(seed);
      var set = RandomSets.set(random, 3);
      boolean keep = random.nextBoolean();
      NumberPosition start = NumberPosition.start(set.set(), spelling, keep);
      for (Text text : TEXTS) {
        assertThat(wrong(text, start, set, spelling, keep)).as("%s: %s", set, text).isNull();
      }
    }
  }

  /** RFC 8259, section 6. */
  @ParameterizedTest
  @EnumSource(Spelling.class)
  void whatIsNoJsonLeadsNowhere(Spelling spelling) {
    List<String> texts = List.of("1.e", "1.E5", "0.e0", "-1.e", "15.e1", "01", "-01", ".5", "-.5", "+1", "--1", "1..",
        "1.5.", "1e.", "1e5.", "1ee", "1e5e", "1e++", "-e", "e5");
    for (int seed = 0; seed < 20; seed++) {
      var set = RandomSets.set(new Random(seed), 3);
      NumberPosition start = NumberPosition.start(set.set(), spelling, false);
      for (String text : texts) {
        assertThat(start == null ? null : after(start, text)).as("%s: %s", set, text).isNull();
      }
    }
  }

  /** Null if all is right. */
  private static String wrong(Text text, NumberPosition start, RandomSets.Checked set, Spelling spelling,
      boolean keep) {
    NumberPosition end = start == null ? null : after(start, text.text);
    boolean member = text.isIn(set, spelling);
    if (end == null) {
      return member ? "refused" : null;
    }
    String rest = end.shortestCompletion();
    if (end.complete() != member || end.writtenAsInteger() != text.asInteger || rest.isEmpty() != member) {
      return member ? "not complete" : "complete";
    }
    if (!Text.of(text.text + rest).isIn(set, spelling) || !after(end, rest).complete()) {
      return "cannot be completed with " + rest;
    }
    return keep && member && end.value().compareTo(text.value) != 0 ? "has the value " + end.value() : null;
  }

  @Test
  void valuesAreOfferedInEverySpellingIfTheyAreMembers() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      RandomSets.Checked set = RandomSets.set(random, 3);
      NumberPosition start = NumberPosition.start(set.set(), Spelling.ANY);
      for (int i = 0; i < 200; i++) {
        String text = spelled(value(random), random);
        boolean isMember = Text.of(text).isIn(set, Spelling.ANY);
        NumberPosition end = start == null ? null : after(start, text);
        assertThat(end != null && end.complete()).as("%s: %s", set, text).isEqualTo(isMember);
        if (end != null) {
          assertThat(Text.of(text + end.shortestCompletion()).isIn(set, Spelling.ANY)).as("%s: %s", set, text).isTrue();
        }
      }
    }
  }

  private static BigDecimal value(Random random) {
    var small = BigDecimal.valueOf(random.nextInt(-200, 200), random.nextInt(3));
    var factor = BigDecimal.valueOf(random.nextLong(1_000_000), random.nextInt(8));
    return random.nextInt(4) > 0 ? small : small.multiply(factor);
  }

  /** With the point anywhere, zeros at the end, and the exponent that goes with it. */
  private static String spelled(BigDecimal value, Random random) {
    int exponent = random.nextBoolean() ? 0 : random.nextInt(-7, 8);
    String digits = value.scaleByPowerOfTen(-exponent).toPlainString();
    if (random.nextInt(3) == 0) {
      digits += (digits.contains(".") ? "" : ".") + "0".repeat(random.nextInt(1, 3));
    }
    String sign = exponent < 0 ? "-" : random.nextBoolean() ? "+" : "";
    String zeros = "0".repeat(random.nextInt(3));
    return exponent == 0 && random.nextBoolean() ? digits
        : digits + (random.nextBoolean() ? "e" : "E") + sign + zeros + Math.abs(exponent);
  }

  static NumberPosition after(NumberPosition start, String text) {
    NumberPosition position = start;
    for (int i = 0; i < text.length() && position != null; i++) {
      position = position.next(text.charAt(i));
    }
    return position;
  }

  private static NumberPosition after(NumberSet set, Spelling spelling, String text) {
    NumberPosition start = NumberPosition.start(set, spelling);
    return start == null ? null : after(start, text);
  }

  private static NumberSet atLeast(String bound) {
    return NumberSet.atLeast(new BigDecimal(bound));
  }

  private static NumberSet atMost(String bound) {
    return NumberSet.atMost(new BigDecimal(bound));
  }

  private static NumberSet multipleOf(String divisor) {
    return NumberSet.multipleOf(new BigDecimal(divisor));
  }

  @Test
  void everySpellingOfAMemberIsOne() {
    for (String text : List.of("75", "75.0", "7.5e1", "750E-1", "0.00075e+5", "75000e-003")) {
      assertThat(after(NumberSet.equalTo(new BigDecimal(75)), Spelling.ANY, text).complete()).as(text).isTrue();
    }
    for (String text : List.of("0", "-0", "-0.0", "0e999999", "0.000E-7")) {
      assertThat(after(NumberSet.equalTo(BigDecimal.ZERO), Spelling.ANY, text).complete()).as(text).isTrue();
    }
  }

  @Test
  void plainOffersOneSpelling() {
    NumberSet halves = multipleOf("0.5").and(atLeast("0")).and(atMost("10"));
    assertThat(after(halves, Spelling.PLAIN, "1.5").complete()).isTrue();
    assertThat(after(halves, Spelling.PLAIN, "1.50").complete()).isTrue();
    assertThat(after(halves, Spelling.PLAIN, "1.0")).isNull();
    assertThat(after(halves, Spelling.PLAIN, "10.")).isNull();
    assertThat(after(halves, Spelling.PLAIN, "-")).isNull();
    assertThat(after(NumberSet.INTEGERS, Spelling.PLAIN, "1.")).isNull();
    assertThat(after(NumberSet.ALL, Spelling.PLAIN, "1e")).isNull();
    assertThat(after(NumberSet.ALL, Spelling.PLAIN, "1.0").complete()).isFalse();
    assertThat(after(NumberSet.ALL, Spelling.PLAIN, "1.01").complete()).isTrue();
  }

  /** To draft 4, 1.0 is no integer. */
  @Test
  void aPointIsOfferedBehindAnIntegerThatIsNoMemberWithoutIt() {
    NumberSet set = NumberSet.INTEGERS.and(NumberSet.WRITTEN_AS_INTEGER.not());
    assertThat(after(set, Spelling.PLAIN, "1").complete()).isFalse();
    assertThat(after(set, Spelling.PLAIN, "1.0").complete()).isTrue();
    assertThat(after(set, Spelling.PLAIN, "1.5")).isNull();
  }

  @Test
  void beginningsWithTheSameFutureAreTheSame() {
    assertSame(NumberSet.ALL, Spelling.PLAIN, "12", "7");
    assertSame(NumberSet.ALL, Spelling.ANY, "12.25", "-7.1");
    assertSame(NumberSet.ALL, Spelling.ANY, "12.25e-1", "7E-1");
    assertSame(NumberSet.INTEGERS, Spelling.PLAIN, "120", "7");
    assertSame(NumberSet.INTEGERS, Spelling.ANY, "120", "70");
    assertSame(atLeast("0").and(atMost("2147483647")).and(NumberSet.INTEGERS), Spelling.PLAIN, "123456", "198765");
    assertSame(atLeast("0").and(atMost("1")), Spelling.PLAIN, "0.12", "0.987");
    assertSame(multipleOf("0.01"), Spelling.PLAIN, "12.3", "9.3");
    assertThat(after(multipleOf("0.01"), Spelling.PLAIN, "12.34")).isNotSameAs(
        after(multipleOf("0.01"), Spelling.PLAIN, "12.3"));
  }

  /** Where 0.7 has no multiples only those of 0.03 matter, which differ from tenth to tenth; 12 is no 8 tenfold. */
  @Test
  void beginningsWithOtherFuturesAreNotTheSame() {
    NumberSet set = multipleOf("0.03").or(multipleOf("0.7"));
    assertThat(after(set, Spelling.PLAIN, "0.1")).isNotSameAs(after(set, Spelling.PLAIN, "0.2"));
    assertThat(after(set, Spelling.PLAIN, "0.12").complete()).isTrue();
    assertThat(after(set, Spelling.PLAIN, "0.22")).isNull();
    NumberSet eights = multipleOf("0.08");
    assertThat(after(eights, Spelling.ANY, "0.12").complete()).isFalse();
    assertThat(after(eights, Spelling.ANY, "0.32").complete()).isTrue();
  }

  private static void assertSame(NumberSet set, Spelling spelling, String one, String other) {
    assertThat(after(set, spelling, one)).as(one).isNotNull().isSameAs(after(set, spelling, other));
  }

  @Test
  void exponentsAreDecidedFarAway() {
    NumberSet large = atLeast("1e400");
    assertThat(after(large, Spelling.ANY, "1e399")).isNotNull().matches(p -> !p.complete());
    assertThat(after(large, Spelling.ANY, "1e400").complete()).isTrue();
    assertThat(after(large, Spelling.ANY, "0")).isNotNull();
    assertThat(after(large, Spelling.ANY, "1e-")).isNull();
    assertThat(after(NumberSet.INTEGERS, Spelling.ANY, "125e-3")).isNull();
    assertThat(after(NumberSet.INTEGERS, Spelling.ANY, "125000e-3").complete()).isTrue();
    assertThat(after(multipleOf("7"), Spelling.ANY, "3e")).isNull();
    assertThat(after(multipleOf("8"), Spelling.ANY, "1e3").complete()).isTrue();
    assertThat(after(multipleOf("8"), Spelling.ANY, "1e2").complete()).isFalse();
  }

  @Test
  void aVeryLongNumberIsLedToItsEnd() {
    for (NumberSet set : List.of(multipleOf("0.5").not(), multipleOf("3"), multipleOf("30011"), NumberSet.ALL)) {
      for (Spelling spelling : Spelling.values()) {
        NumberPosition position = NumberPosition.start(set, spelling, true);
        for (int i = 0; i < 1_100; i++) {
          NumberPosition next = position.next('1');
          position = next == null ? position : next;
        }
        for (byte b : position.shortestCompletion().getBytes()) {
          position = position.next(b);
        }
        assertThat(position.complete()).as("%s", set).isTrue();
        assertThat(position.next('1')).isNull();
        assertThat(set.contains(position.value(), position.writtenAsInteger())).as("%s", set).isTrue();
      }
    }
  }

  @Test
  void aSharedStateHasNoValue() {
    assertThatThrownBy(() -> NumberPosition.start(NumberSet.ALL, Spelling.ANY).next('1').value())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEmptySetHasNoBeginning() {
    assertThat(NumberPosition.start(NumberSet.NONE, Spelling.ANY)).isNull();
  }
}
