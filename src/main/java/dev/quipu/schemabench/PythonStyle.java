package dev.quipu.schemabench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** As Python's {@code json.dumps(value, ensure_ascii=False)} prints it. */
final class PythonStyle implements Style {

  /** Python writes an exponent below 1e-4, and from 1e16 on. */
  private static final int SMALLEST_PLAIN = -4;
  private static final int LARGEST_PLAIN = 15;

  @Override
  public List<Map.Entry<String, Object>> order(Map<String, Object> object) {
    return List.copyOf(object.entrySet());
  }

  @Override
  public void character(int codePoint, StringBuilder out) {
    switch (codePoint) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\f' -> out.append("\\f");
      case '\b' -> out.append("\\b");
      default -> {
        if (codePoint < ' ') {
          out.append(String.format("\\u%04x", codePoint));
        } else {
          out.appendCodePoint(codePoint);
        }
      }
    }
  }

  @Override
  public String number(Number number) {
    return number instanceof Double d ? repr(d) : number.toString();
  }

  @Override
  public String before(char sign, int depth) {
    return "";
  }

  @Override
  public String after(char sign, int depth) {
    return sign == ',' || sign == ':' ? " " : "";
  }

  /** A finite float as Python's {@code repr} writes it: the fewest digits that are read as the same number. */
  static String repr(double value) {
    String sign = Double.compare(value, 0) < 0 ? "-" : "";
    if (value == 0) {
      return sign + "0.0";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    int exponent = digits.length() - 1 - shortest.scale();
    if (exponent < SMALLEST_PLAIN || exponent > LARGEST_PLAIN) {
      String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
      return sign + digits.charAt(0) + fraction + String.format("e%c%02d", exponent < 0 ? '-' : '+', Math.abs(exponent));
    }
    String plain = shortest.toPlainString();
    return sign + (shortest.scale() <= 0 ? plain + ".0" : plain);
  }

  /** Without zeros at the end. Java gives two digits, and not one, where two are nearer. */
  private static BigDecimal shortest(double value) {
    BigDecimal java = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal oneDigit = java.round(new MathContext(1, RoundingMode.HALF_EVEN)).stripTrailingZeros();
    return oneDigit.doubleValue() == value ? oneDigit : java;
  }
}
