package dev.quipu.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.config.Config;
import dev.quipu.family.ModelFamily;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.Segment;
import dev.quipu.model.Segment.Logits;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.support.Close;
import dev.quipu.support.Golden;
import dev.quipu.support.NotYet;
import dev.quipu.support.TestOps;
import dev.quipu.tensor.Mat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Whole models against MLX: logits, every tensor on the way, greedy tokens, perplexity; each Ops in both regimes. */
class ModelGoldenTest {

  private interface Check {
    void run(Golden golden, Session session);
  }

  /** A model with an empty cache, in one regime. */
  private record Session(Decoder decoder, Segment segment, Regime regime) {

    Mat forward(int[] tokens, Logits logits, Trace trace) {
      return decoder.forward(new Batch(regime, segment.next(tokens, 0, tokens.length, logits)), trace);
    }
  }

  @TestFactory
  Stream<DynamicTest> logitsAreThoseOfMlx() {
    return tests("logits", this::logits);
  }

  @TestFactory
  Stream<DynamicTest> positionsBeyondNineThousandAreThoseOfMlx() {
    return tests("long", this::logits);
  }

  @TestFactory
  Stream<DynamicTest> everyTensorIsThatOfMlx() {
    return tests("trace", this::trace);
  }

  @TestFactory
  Stream<DynamicTest> greedyTokensAreThoseOfMlx() {
    return tests("greedy", this::greedy);
  }

  @TestFactory
  Stream<DynamicTest> perplexityIsThatOfMlx() {
    return tests("perplexity", this::perplexity);
  }

  private static Stream<DynamicTest> tests(String kind, Check check) {
    List<DynamicTest> tests = new ArrayList<>();
    for (Golden golden : Golden.cases(kind)) {
      for (Map.Entry<String, Supplier<Ops>> ops : TestOps.all().entrySet()) {
        for (Regime regime : Regime.values()) {
          if (runs(kind, ops.getKey(), regime)) {
            String name = golden.id() + ", " + ops.getKey() + ", " + regime;
            tests.add(DynamicTest.dynamicTest(name, () -> run(golden, ops.getValue(), regime, check)));
          }
        }
      }
    }
    return tests.stream();
  }

  // to scalar operations both regimes are the same, and 9,000 positions take them a while
  private static boolean runs(String kind, String ops, Regime regime) {
    return !ops.equals("scalar") || regime == Regime.PROMPT && !kind.equals("long");
  }

  private static void run(Golden golden, Supplier<Ops> supplier, Regime regime, Check check) throws Exception {
    NotYet.skip(golden.id());
    try (Checkpoint checkpoint = Checkpoint.open(golden.resolve(golden.json().requireString("checkpoint")));
        Ops ops = supplier.get()) {
      ModelFamily.Model model = ModelFamily.load(checkpoint, Set.of());
      Decoder decoder = new Decoder(model.spec(), model.weights(), ops);
      check.run(golden, new Session(decoder, new Segment(decoder.newCache()), regime));
    }
  }

  private void logits(Golden golden, Session session) {
    Close close = Close.of(golden.json());
    for (Config call : calls(golden)) {
      int[] tokens = ints(call.list("tokens"));
      int[] rows = rows(call, tokens.length);
      Mat logits = session.forward(tokens, rows.length == 0 ? Logits.NONE : Logits.ALL, Trace.OFF);
      if (rows.length > 0) {
        int[] cols = call.has("cols") ? golden.intTensor(call.requireString("cols")) : range(logits.cols());
        Golden.Tensor expected = golden.tensor(call.requireString("expected"));
        float[] got = picked(logits, rows, cols);
        close.check(call.requireString("expected"), got, expected.values(), expected.values().length, cols.length);
      }
    }
  }

  private static float[] picked(Mat logits, int[] rows, int[] cols) {
    float[] picked = new float[rows.length * cols.length];
    int i = 0;
    for (int row : rows) {
      for (int col : cols) {
        picked[i++] = logits.get(row, col);
      }
    }
    return picked;
  }

  private void trace(Golden golden, Session session) {
    Close close = Close.of(golden.json());
    for (Config call : calls(golden)) {
      Set<String> wanted = new HashSet<>();
      call.list("tensors").forEach(name -> wanted.add((String) name));
      String prefix = call.requireString("prefix");
      session.forward(ints(call.list("tokens")), Logits.ALL, withFused((layer, tensor, m) -> {
        String name = layer == Trace.NO_LAYER ? tensor : "layers." + layer + "." + tensor;
        if (wanted.remove(name)) {
          Golden.Tensor expected = golden.tensor(prefix + name);
          assertThat(m.rows() * m.cols()).as(name).isEqualTo(expected.values().length);
          close.check(prefix + name, m.data(), expected.values(), expected.values().length, m.cols());
        }
      }));
      assertThat(wanted).as("tensors that the pass did not show").isEmpty();
    }
  }

  /** Shows q, k, v and gate, up side by side, too, under the names that they have where they are one matrix (Phi 3). */
  private static Trace withFused(Trace trace) {
    Map<String, Mat> shown = new HashMap<>();
    return (layer, tensor, m) -> {
      trace.at(layer, tensor, m);
      shown.put(tensor, m);
      switch (tensor) {
        case "self_attn.v_proj" -> trace.at(layer, "self_attn.qkv_proj",
            sideBySide(shown.get("self_attn.q_proj"), shown.get("self_attn.k_proj"), m));
        case "mlp.up_proj" -> trace.at(layer, "mlp.gate_up_proj", sideBySide(shown.get("mlp.gate_proj"), m));
        default -> {}
      }
    };
  }

  private static Mat sideBySide(Mat... parts) {
    int width = Arrays.stream(parts).mapToInt(Mat::cols).sum();
    Mat all = Mat.zeros(parts[0].rows(), width);
    for (int t = 0; t < all.rows(); t++) {
      int at = t * width;
      for (Mat part : parts) {
        System.arraycopy(part.data(), t * part.cols(), all.data(), at, part.cols());
        at += part.cols();
      }
    }
    return all;
  }

  private void greedy(Golden golden, Session session) {
    int[] expected = golden.ints("expected");
    List<Object> margins = golden.json().list("margins");
    double nearTie = golden.json().requireDouble("near_tie");
    Mat logits = session.forward(golden.ints("prompt"), Logits.LAST, Trace.OFF);
    for (int step = 0; step < expected.length; step++) {
      if (((Number) margins.get(step)).doubleValue() < nearTie) {
        return;
      }
      int token = argmax(logits);
      assertThat(token).as("step %d", step).isEqualTo(expected[step]);
      logits = session.forward(new int[] {token}, Logits.LAST, Trace.OFF);
    }
  }

  private static int argmax(Mat logits) {
    int best = 0;
    for (int i = 1; i < logits.cols(); i++) {
      best = logits.data()[i] > logits.data()[best] ? i : best;
    }
    return best;
  }

  private void perplexity(Golden golden, Session session) {
    int[] tokens = golden.ints("tokens");
    float[] expected = golden.tensor(golden.json().requireString("nll")).values();
    Mat logits = session.forward(tokens, Logits.ALL, Trace.OFF);
    Config tolerance = golden.json().object("tolerance");
    double total = 0;
    for (int t = 0; t < expected.length; t++) {
      double nll = session.decoder().logSumExp(logits, t) - (double) logits.get(t, tokens[t + 1]);
      assertThat(nll).as("token %d", t).isCloseTo(expected[t], within(tolerance.requireDouble("nll_atol")));
      total += nll;
    }
    assertThat(total / expected.length).isCloseTo(
        golden.json().requireDouble("expected_mean_nll"), within(tolerance.requireDouble("atol")));
  }

  private static List<Config> calls(Golden golden) {
    return golden.json().list("calls").stream().map(call -> Config.of(golden.id(), call)).toList();
  }

  private static int[] rows(Config call, int tokens) {
    return call.get("rows") instanceof List<?> list ? ints(list) : range(tokens);
  }

  private static int[] range(int length) {
    return IntStream.range(0, length).toArray();
  }

  private static int[] ints(List<?> list) {
    return list.stream().mapToInt(n -> ((Number) n).intValue()).toArray();
  }
}
