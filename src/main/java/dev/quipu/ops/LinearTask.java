package dev.quipu.ops;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;

/** One call of {@code linear}, for one or several projections of the same x, shared out over threads. */
final class LinearTask {

  /** Rows of a weight that are shared out together, in the generate regime. */
  private static final int GENERATE_ROWS = 16;

  private static final int MAX_COLD_WIDTH = 512;

  /** Multiply-adds below which waking another thread costs more than it gives. */
  private static final long SMALL = 50_000;

  private final RowPool pool;
  private final Scratch[] scratch;
  private final GenerateRows generate = new GenerateRows();
  private final PromptProducts prompt = PromptProducts.choose();
  private final ColdRows cold;
  private final Warmth warmth;
  private boolean expectsSeveral;
  private int coldWidth; // rows of a weight that are shared out together, while cold
  private final RowPool.Task generateTask = this::generate;
  private final RowPool.Task promptTask = this::prompt;
  private final RowPool.Task packTask = this::pack;
  private final RowPool.Task coldTask = this::cold;
  private Mat[] outs;
  private Mat x;
  private Linear[] ws;

  LinearTask(RowPool pool, Scratch[] scratch, Warmth warmth) {
    this.pool = pool;
    this.scratch = scratch;
    this.warmth = warmth;
    this.cold = new ColdRows(pool.threads());
  }

  void run(Mat[] outs, Mat x, Linear[] ws, Regime regime) {
    this.outs = outs;
    this.x = x;
    this.ws = ws;
    warmth.begins(multiplyAdds());
    if (regime == Regime.GENERATE) {
      runGenerate();
    } else if (warmth.isCold()) {
      runCold();
    } else {
      runPrompt();
    }
  }

  private void runGenerate() {
    warmth.end();
    if (expectsSeveral) {
      rehearseSeveral();
    }
    generate.clear();
    for (Linear w : ws) {
      generate.prepare(x, w.weight());
    }
    if (x.rows() == 1) {
      rehearse();
    }
    share(generateTask, items(GENERATE_ROWS), multiplyAdds());
  }

  private void rehearse() {
    for (int i = 0; i < ws.length; i++) {
      generate.rehearse(outs[i], x, ws[i].weight(), scratch[0]);
    }
  }

  /** Has the kernels compiled that take several rows of x, from the next call on. */
  void expectSeveral() {
    expectsSeveral = true;
  }

  private void rehearseSeveral() {
    for (Linear w : ws) {
      generate.rehearseSeveral(w.weight(), scratch[0]);
    }
  }

  private void runPrompt() {
    for (int row = 0; row < x.rows(); row += prompt.mostRows()) {
      prompt.set(x, row, Math.min(prompt.mostRows(), x.rows() - row));
      share(packTask, prompt.pieces(), (long) x.rows() * x.cols());
      share(promptTask, items(prompt.band()), multiplyAdds());
    }
  }

  private void runCold() {
    coldWidth = Math.clamp(Math.ceilDiv(rows(), pool.threads()), 1, MAX_COLD_WIDTH);
    share(coldTask, items(coldWidth), multiplyAdds());
    warmth.did(multiplyAdds());
  }

  private void share(RowPool.Task task, int items, long work) {
    if (work < SMALL) {
      task.run(0, items, 0);
    } else {
      pool.run(task, items);
    }
  }

  /** Runs of {@code rows} rows in all weights; none belongs to two weights. */
  private int items(int rows) {
    int items = 0;
    for (Linear w : ws) {
      items += Math.ceilDiv(w.weight().out(), rows);
    }
    return items;
  }

  private long multiplyAdds() {
    return (long) rows() * x.rows() * x.cols();
  }

  /** Of all weights. */
  private int rows() {
    int rows = 0;
    for (Linear w : ws) {
      rows += w.weight().out();
    }
    return rows;
  }

  private void pack(int from, int to, int worker) {
    for (int piece = from; piece < to; piece++) {
      prompt.pack(piece, scratch[worker]);
    }
  }

  private void generate(int from, int to, int worker) {
    int first = 0; // item of the weight
    for (int i = 0; i < ws.length; i++) {
      int out = ws[i].weight().out();
      int begin = Math.max(from - first, 0) * GENERATE_ROWS;
      int end = Math.min(Math.max(to - first, 0) * GENERATE_ROWS, out);
      if (begin < end) {
        generate.run(outs[i], x, ws[i], begin, end, scratch[worker]);
      }
      first += Math.ceilDiv(out, GENERATE_ROWS);
    }
  }

  private void prompt(int from, int to, int worker) {
    int first = 0;
    int band = prompt.band();
    for (int i = 0; i < ws.length; i++) {
      int out = ws[i].weight().out();
      int begin = Math.max(from - first, 0) * band;
      int end = Math.min(Math.max(to - first, 0) * band, out);
      if (begin < end) {
        prompt.run(outs[i], ws[i], begin, end, scratch[worker]);
      }
      first += Math.ceilDiv(out, band);
    }
  }

  private void cold(int from, int to, int worker) {
    int first = 0;
    for (int i = 0; i < ws.length; i++) {
      int out = ws[i].weight().out();
      int items = Math.ceilDiv(out, coldWidth);
      for (int item = Math.max(from, first); item < Math.min(to, first + items); item++) {
        int row = (item - first) * coldWidth;
        cold.run(outs[i], x, ws[i], row, Math.min(row + coldWidth, out), worker, scratch[worker]);
      }
      first += items;
    }
  }
}
