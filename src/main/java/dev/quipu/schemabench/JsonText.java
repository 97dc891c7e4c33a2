package dev.quipu.schemabench;

import java.util.List;
import java.util.Map;

/** Writes a value as {@code config.Json} reads it, in a style. */
final class JsonText {

  private final Style style;
  private final StringBuilder out = new StringBuilder();
  private int depth;

  private JsonText(Style style) {
    this.style = style;
  }

  static String of(Object value, Style style) {
    JsonText text = new JsonText(style);
    text.write(value);
    return text.out.toString();
  }

  @SuppressWarnings("unchecked") // config.Json's objects have keys of text
  private void write(Object value) {
    switch (value) {
      case null -> out.append("null");
      case String string -> string(string);
      case Boolean bool -> out.append(bool.booleanValue());
      case Double d when d.isNaN() -> out.append("NaN");
      case Double d when d.isInfinite() -> out.append(d > 0 ? "Infinity" : "-Infinity");
      case Number number -> out.append(style.number(number));
      case List<?> list -> list(list);
      case Map<?, ?> map -> object((Map<String, Object>) map);
      default -> throw new IllegalArgumentException(value.getClass().getName());
    }
  }

  private void list(List<?> list) {
    char sign = '[';
    depth++;
    for (Object item : list) {
      sign(sign);
      write(item);
      sign = ',';
    }
    close(list.isEmpty(), '[', ']');
  }

  private void object(Map<String, Object> map) {
    char sign = '{';
    depth++;
    for (Map.Entry<String, Object> member : style.order(map)) {
      sign(sign);
      string(member.getKey());
      sign(':');
      write(member.getValue());
      sign = ',';
    }
    close(map.isEmpty(), '{', '}');
  }

  private void sign(char sign) {
    if (sign == ',' || sign == ':') {
      out.append(style.before(sign, depth));
    }
    out.append(sign).append(style.after(sign, depth));
  }

  private void close(boolean empty, char open, char close) {
    depth--;
    if (empty) {
      out.append(open);
    } else {
      out.append(style.before(close, depth));
    }
    out.append(close);
  }

  private void string(String string) {
    out.append('"');
    string.codePoints().forEach(c -> style.character(c, out));
    out.append('"');
  }
}
