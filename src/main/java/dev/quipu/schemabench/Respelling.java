package dev.quipu.schemabench;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * The same value written otherwise, by chance: keys in another order, characters as escapes, numbers with exponents and
 * zeros, blanks where there may be some. Some documents get no escapes, some no blanks, so that each is tried alone.
 */
final class Respelling implements Style {

  /** Of so many characters, one becomes an escape. */
  private static final int CHARACTERS_AN_ESCAPE = 8;
  private static final int MOST_ZEROS = 3;

  private static final PythonStyle PYTHON = new PythonStyle();

  private final SplittableRandom random;
  private final boolean integersAsWritten;
  private final boolean shuffles;
  private final boolean escapes;
  private final boolean numbers;
  private final Blanks blanks;

  /** Which blanks a document has. */
  private enum Blanks { NONE, PYTHON, SOME, LINES }

  /**
   * @param integersAsWritten whether 1.0 is no other spelling of 1, as in draft 4
   * @param anyBlanks         whether there may be other blanks than Python's
   */
  Respelling(SplittableRandom random, boolean integersAsWritten, boolean anyBlanks) {
    this.random = random;
    this.integersAsWritten = integersAsWritten;
    this.shuffles = random.nextInt(4) > 0;
    this.escapes = random.nextInt(3) > 0;
    this.numbers = random.nextInt(3) > 0;
    Blanks drawn = Blanks.values()[random.nextInt(Blanks.values().length)];
    this.blanks = anyBlanks ? drawn : Blanks.PYTHON;
  }

  @Override
  public List<Map.Entry<String, Object>> order(Map<String, Object> object) {
    List<Map.Entry<String, Object>> members = new ArrayList<>(object.entrySet());
    if (shuffles) {
      Collections.shuffle(members, new Random(random.nextLong()));
    }
    return members;
  }

  @Override
  public void character(int codePoint, StringBuilder out) {
    if (!escapes || random.nextInt(CHARACTERS_AN_ESCAPE) > 0) {
      PYTHON.character(codePoint, out);
    } else if (codePoint == '/' && random.nextBoolean()) {
      out.append("\\/");
    } else {
      for (char unit : Character.toChars(codePoint)) {
        out.append(String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", (int) unit));
      }
    }
  }

  @Override
  public String number(Number number) {
    String python = PYTHON.number(number);
    boolean integer = !(number instanceof Double);
    if (!numbers || integersAsWritten && integer) {
      return python;
    }
    BigDecimal value = new BigDecimal(python).stripTrailingZeros();
    String other = value.signum() == 0 ? zero() : moved(value);
    boolean readsAsInteger = other.chars().noneMatch(c -> ".eE".indexOf(c) >= 0);
    return integersAsWritten && readsAsInteger ? python : other;
  }

  private String zero() {
    String[] zeros = {"0", "-0", "0.0", "-0.00", "0e0", "0E5", "0.0e-3"};
    return zeros[random.nextInt(zeros.length)];
  }

  /** The digits with the point somewhere else, and what that asks for as the exponent. */
  private String moved(BigDecimal value) {
    BigInteger unscaled = value.abs().unscaledValue();
    String digits = unscaled + "0".repeat(random.nextInt(MOST_ZEROS));
    int scale = value.scale() + digits.length() - unscaled.toString().length();
    int fraction = random.nextInt(digits.length() + MOST_ZEROS);
    String padded = "0".repeat(Math.max(0, fraction + 1 - digits.length())) + digits;
    String whole = padded.substring(0, padded.length() - fraction).replaceFirst("^0+(?=.)", "");
    String mantissa = whole + (fraction == 0 ? "" : "." + padded.substring(padded.length() - fraction));
    int exponent = fraction - scale;
    return (value.signum() < 0 ? "-" : "") + mantissa + (exponent == 0 && random.nextBoolean() ? "" : exponent(exponent));
  }

  private String exponent(int exponent) {
    String sign = exponent < 0 ? "-" : random.nextBoolean() ? "+" : "";
    return (random.nextBoolean() ? "e" : "E") + sign + Math.abs(exponent);
  }

  @Override
  public String before(char sign, int depth) {
    return switch (blanks) {
      case NONE, PYTHON -> "";
      case SOME -> some();
      case LINES -> sign == '}' || sign == ']' ? line(depth) : "";
    };
  }

  @Override
  public String after(char sign, int depth) {
    return switch (blanks) {
      case NONE -> "";
      case PYTHON -> PYTHON.after(sign, depth);
      case SOME -> some();
      case LINES -> sign == ':' ? " " : line(depth);
    };
  }

  private String some() {
    return random.nextInt(3) > 0 ? "" : random.nextBoolean() ? " " : "\n";
  }

  private String line(int depth) {
    return "\n" + "  ".repeat(depth);
  }
}
