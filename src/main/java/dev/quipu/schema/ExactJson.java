package dev.quipu.schema;

import dev.quipu.config.JsonReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON whose numbers are all {@link BigDecimal}s, as they are written. */
final class ExactJson {

  private ExactJson() {}

  static Object parse(String text, String name) {
    return parse(text.getBytes(StandardCharsets.UTF_8), name);
  }

  static Object parse(byte[] text, String name) {
    return exact(new JsonReader(text, name).exact().document());
  }

  /** What the inside of a JSON string stands for. */
  static String string(byte[] inside) {
    for (byte b : inside) {
      if (b == '\\') {
        byte[] quoted = new byte[inside.length + 2];
        quoted[0] = '"';
        System.arraycopy(inside, 0, quoted, 1, inside.length);
        quoted[inside.length + 1] = '"';
        return (String) parse(quoted, "a key");
      }
    }
    return new String(inside, StandardCharsets.UTF_8);
  }

  /** With numbers of any class as BigDecimals. */
  static Object exact(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, Object> exact = new LinkedHashMap<>();
        map.forEach((key, v) -> exact.put((String) key, exact(v)));
        yield exact;
      }
      case List<?> list -> {
        List<Object> exact = new ArrayList<>(list.size());
        list.forEach(v -> exact.add(exact(v)));
        yield exact;
      }
      case BigDecimal n -> n;
      case BigInteger n -> new BigDecimal(n);
      case Double n -> new BigDecimal(n.toString());
      case Number n -> BigDecimal.valueOf(n.longValue());
      case null, default -> value;
    };
  }
}
