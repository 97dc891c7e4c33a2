package dev.quipu.cli;

import dev.quipu.bench.Result;
import dev.quipu.bench.Work;
import dev.quipu.tensor.DType;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** The figures of one test as a row of a Markdown table, as llama-bench prints it, or as a JSON object. */
record BenchReport(BenchSetting setting, Work work, Result result) {

  private static final String ROW =
      "| %-28s | %10s | %8s | %7s | %14s | %18s | %17s | %18s |%n";
  private static final String RULE =
      "|------------------------------|-----------:|---------:|--------:|---------------:|-------------------:|------------------:|-------------------:|";

  static String header(DType kvDtype) {
    return withKv(kvDtype, "       kv |",
            format(ROW, "model", "size", "params", "threads", "test", "t/s", "GB/s (of stream)", "GFLOP/s (of peak)"))
        + withKv(kvDtype, "---------:|", RULE + "\n");
  }

  /** A line of the table, with one more column if keys and values are not in float32. */
  private static String withKv(DType kvDtype, String cell, String line) {
    return kvDtype == DType.F32 ? line : line.stripTrailing() + cell + "\n";
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern.replace("%n", "\n"), values);
  }

  String row() {
    String kv = FloatTypes.name(setting.kvDtype());
    return withKv(setting.kvDtype(), format(" %8s |", kv), format(ROW,
        setting.model(),
        format("%.1f MiB", work.weightBytes() / 1048576.0),
        parameters(),
        setting.threads(),
        result.workload().name(),
        format("%.2f ± %.2f", result.mean(), result.standardDeviation()),
        withShare(result.bytesPerSecond(), setting.streamRoof()),
        withShare(result.flopsPerSecond(), setting.peakRoof())));
  }

  private String parameters() {
    double millions = work.parameters() / 1e6;
    return millions < 1000 ? format("%.1f M", millions) : format("%.2f B", millions / 1000);
  }

  private static String withShare(double rate, double roof) {
    String shown = format("%.1f", rate / 1e9);
    return roof == 0 ? shown : shown + format(" (%3.0f %%)", 100 * rate / roof);
  }

  String json() {
    return JsonLine.of(json -> {
      json.writeStringProperty("model", setting.model());
      json.writeStringProperty("ops", setting.ops());
      json.writeName("species");
      json.writeString(setting.species()); // null for none
      json.writeNumberProperty("threads", setting.threads());
      json.writeStringProperty("test", result.workload().name());
      json.writeNumberProperty("n_prompt", result.workload().prompt());
      json.writeNumberProperty("n_gen", result.workload().generated());
      json.writeNumberProperty("n_batch", result.workload().sequences());
      json.writeNumberProperty("depth", result.workload().depth());
      json.writeStringProperty("kv_dtype", FloatTypes.name(setting.kvDtype()));
      json.writeNumberProperty("prefill_step_size", setting.prefillStepSize());
      json.writeArrayPropertyStart("samples_tps");
      for (double sample : result.samples()) {
        json.writeNumber(sample);
      }
      json.writeEndArray();
      json.writeNumberProperty("median_tps", result.median());
      json.writeNumberProperty("mean_tps", result.mean());
      json.writeNumberProperty("stdev_tps", result.standardDeviation());
      json.writeNumberProperty("cpu_seconds_per_token", result.cpu());
      json.writeNumberProperty("parameters", work.parameters());
      json.writeNumberProperty("weight_bytes", work.weightBytes());
      json.writeNumberProperty("bytes_per_token", result.amount().bytes() / result.workload().tokens());
      json.writeNumberProperty("flop_per_token", result.amount().flops() / result.workload().tokens());
      rates(json);
    });
  }

  private void rates(JsonGenerator json) {
    rate(json, "gb_per_s", "stream_gb_per_s", "share_of_stream", result.bytesPerSecond(),
        setting.streamRoof());
    rate(json, "gflops", "peak_gflops", "share_of_peak", result.flopsPerSecond(),
        setting.peakRoof());
  }

  private static void rate(JsonGenerator json, String name, String roofName, String shareName, double rate, double roof) {
    json.writeNumberProperty(name, rate / 1e9);
    if (roof == 0) {
      json.writeNullProperty(roofName);
      json.writeNullProperty(shareName);
    } else {
      json.writeNumberProperty(roofName, roof / 1e9);
      json.writeNumberProperty(shareName, rate / roof);
    }
  }
}
