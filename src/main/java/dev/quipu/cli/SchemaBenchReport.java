package dev.quipu.cli;

import dev.quipu.schemabench.Durations;
import dev.quipu.schemabench.Tally;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;

/** What {@code quipu schema bench} prints at its end. */
final class SchemaBenchReport {

  private static final double NANOS_A_MICRO = 1e3;
  private static final double NANOS_A_MILLI = 1e6;

  private SchemaBenchReport() {}

  static String table(Tally tally) {
    int schemas = tally.compiled() + tally.refused();
    String share = String.format(Locale.ROOT, "%.1f %%", 100.0 * tally.compiled() / schemas);
    return "schemas  " + tally.compiled() + " compiled (" + share + "), " + tally.refused() + " refused"
        + refused(tally.refusedBy()) + "\n"
        + "valid    " + tally.validAccepted() + " accepted, " + tally.validRejected() + " rejected\n"
        + "invalid  " + tally.invalidRejected() + " rejected, " + tally.invalidAccepted() + " accepted\n"
        + "mask     " + times(tally.maskTimes(), NANOS_A_MICRO, "µs") + "\n"
        + "compile  " + times(tally.compileTimes(), NANOS_A_MILLI, "ms") + "\n";
  }

  private static String refused(Map<String, Integer> by) {
    return by.isEmpty() ? "" : by.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", ", ": ", ""));
  }

  private static String times(Durations durations, double unit, String name) {
    StringBuilder line = new StringBuilder();
    figures(durations, unit).forEach((quantile, value) ->
        line.append(quantile).append(' ').append(digits(value)).append(' ').append(name).append(", "));
    return line + "of " + durations.count();
  }

  /** Three digits that count, or all of a large number. */
  private static String digits(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  private static Map<String, Double> figures(Durations durations, double unit) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("median", durations.quantile(0.5) / unit);
    figures.put("p95", durations.quantile(0.95) / unit);
    figures.put("p99", durations.quantile(0.99) / unit);
    figures.put("p999", durations.quantile(0.999) / unit);
    figures.put("max", durations.quantile(1) / unit);
    return figures;
  }

  static String json(Tally tally) {
    return JsonLine.of(json -> {
      json.writeNumberProperty("compiled", tally.compiled());
      json.writeNumberProperty("refused", tally.refused());
      json.writeObjectPropertyStart("refused_by");
      tally.refusedBy().forEach(json::writeNumberProperty);
      json.writeEndObject();
      json.writeNumberProperty("valid_accepted", tally.validAccepted());
      json.writeNumberProperty("valid_rejected", tally.validRejected());
      json.writeNumberProperty("invalid_rejected", tally.invalidRejected());
      json.writeNumberProperty("invalid_accepted", tally.invalidAccepted());
      times(json, "mask_us", tally.maskTimes(), NANOS_A_MICRO);
      times(json, "compile_ms", tally.compileTimes(), NANOS_A_MILLI);
    });
  }

  private static void times(JsonGenerator json, String name, Durations durations, double unit) {
    json.writeObjectPropertyStart(name);
    figures(durations, unit).forEach(json::writeNumberProperty);
    json.writeEndObject();
  }
}
