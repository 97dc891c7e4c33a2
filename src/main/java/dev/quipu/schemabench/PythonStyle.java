package dev.quipu.schemabench;

import dev.quipu.config.Json;
import dev.quipu.text.jinja.Decimal;
import java.util.List;
import java.util.Map;

/** As Python's {@code json.dumps(value, ensure_ascii=False)} prints it. */
final class PythonStyle implements Style {

  @Override
  public List<Map.Entry<String, Object>> order(Map<String, Object> object) {
    return List.copyOf(object.entrySet());
  }

  @Override
  public void character(int codePoint, StringBuilder out) {
    Json.escape(codePoint, out);
  }

  @Override
  public String number(Number number) {
    return number instanceof Double d ? Decimal.shortest(d).repr() : number.toString();
  }

  @Override
  public String before(char sign, int depth) {
    return "";
  }

  @Override
  public String after(char sign, int depth) {
    return sign == ',' || sign == ':' ? " " : "";
  }
}
