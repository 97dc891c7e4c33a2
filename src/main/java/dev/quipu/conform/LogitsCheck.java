package dev.quipu.conform;

import dev.quipu.config.Config;
import dev.quipu.tensor.KvSettings;
import dev.quipu.tensor.Mat;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/** Kind logits: calls that run in order on one cache; the logits of some rows, and of some columns, of each. */
final class LogitsCheck {

  private LogitsCheck() {}

  static void run(Case c, Bench bench) {
    requireCalls(c); // before the checkpoint is looked for: without it, a malformed case would be skipped
    bench.inEachRegime(
        c.json().requireString("checkpoint"), settings(c.json(), bench), session -> calls(c, session));
  }

  /** The case's calls on a sequence, which may have a beginning. */
  static void calls(Case c, Session session) {
    Tolerance tolerance = Tolerance.of(c);
    List<Config> calls = requireCalls(c);
    for (int i = 0; i < calls.size(); i++) {
      call("call " + i + ", ", c, calls.get(i), session, tolerance);
    }
  }

  static List<Config> requireCalls(Case c) {
    Tolerance.of(c);
    List<Config> calls = c.json().requireObjects("calls");
    c.requireSome("calls", calls.size());
    return calls;
  }

  /** How the case wants its cache kept; else every position, as all cases of the run. */
  private static KvSettings settings(Config json, Bench bench) {
    if (!json.has("kv")) {
      return KvSettings.of(bench.kvDtype());
    }
    Config kv = json.requireObject("kv");
    return kv.has("kv_bits")
        ? KvSettings.packed(kv.requireInt("kv_bits"), kv.requireInt("kv_group_size"),
            kv.requireInt("quantized_kv_start"))
        : KvSettings.rotating(bench.kvDtype(), kv.requireInt("max_kv_size"), kv.requireInt("keep"));
  }

  private static void call(String where, Case c, Config call, Session session, Tolerance tolerance) {
    int[] tokens = call.requireInts("tokens");
    int[] rows = rows(call, tokens.length);
    Tensor expected = rows.length == 0 ? null : c.floats(call.requireString("expected"));
    int[] cols = call.has("cols") ? c.ids(call.requireString("cols")) : range(session.vocabSize());
    requireIndices(call, "cols", cols, session.vocabSize());
    float[][] byToken = new float[tokens.length][];
    BitSet wanted = new BitSet();
    Arrays.stream(rows).forEach(wanted::set);
    session.call(tokens, wanted, (token, logits, row) -> byToken[token] = picked(logits, row, cols));
    if (expected != null) {
      tolerance.check(where + call.requireString("expected"), rows(byToken, rows, cols.length), expected);
    }
  }

  private static int[] rows(Config call, int tokens) {
    if ("all".equals(call.get("rows"))) {
      return range(tokens);
    }
    int[] rows = call.requireInts("rows");
    requireIndices(call, "rows", rows, tokens);
    return rows;
  }

  private static void requireIndices(Config call, String key, int[] indices, int size) {
    for (int index : indices) {
      if (index < 0 || index >= size) {
        throw call.refuse(key, "must hold indices below " + size + " but one is " + index);
      }
    }
  }

  private static float[] picked(Mat logits, int row, int[] cols) {
    float[] picked = new float[cols.length];
    for (int i = 0; i < cols.length; i++) {
      picked[i] = logits.get(row, cols[i]);
    }
    return picked;
  }

  private static Tensor rows(float[][] byToken, int[] rows, int cols) {
    float[] values = new float[rows.length * cols];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(byToken[rows[i]], 0, values, i * cols, cols);
    }
    return new Tensor(values, rows.length, cols);
  }

  private static int[] range(int length) {
    return IntStream.range(0, length).toArray();
  }
}
