package dev.quipu.ops;

import dev.quipu.tensor.Linear;
import dev.quipu.tensor.Mat;

/** One call of {@code linear}, for one or several projections of the same x, shared out over threads. */
final class LinearTask {

  /** Rows of a weight that are shared out together, in the generate regime. */
  private static final int GENERATE_ROWS = 16;

  /** Multiply-adds below which waking another thread costs more than it gives. */
  private static final long SMALL = 50_000;

  private final RowPool pool;
  private final Scratch[] scratch;
  private final GenerateRows generate = new GenerateRows();
  private final PromptRows prompt = new PromptRows();
  private final RowPool.Task generateTask = this::generate;
  private final RowPool.Task promptTask = this::prompt;
  private final RowPool.Task packTask = this::pack;
  private Mat[] outs;
  private Mat x;
  private Linear[] ws;

  LinearTask(RowPool pool, Scratch[] scratch) {
    this.pool = pool;
    this.scratch = scratch;
  }

  void run(Mat[] outs, Mat x, Linear[] ws, Regime regime) {
    this.outs = outs;
    this.x = x;
    this.ws = ws;
    switch (regime) {
      case GENERATE -> runGenerate();
      case PROMPT -> runPrompt();
    }
  }

  private void runGenerate() {
    generate.clear();
    for (Linear w : ws) {
      generate.prepare(x, w.weight());
    }
    share(generateTask, items(GENERATE_ROWS), multiplyAdds());
  }

  private void runPrompt() {
    for (int row = 0; row < x.rows(); row += PromptPanels.MAX_ROWS) {
      prompt.panels.set(x, row, Math.min(PromptPanels.MAX_ROWS, x.rows() - row));
      share(packTask, prompt.panels.blocks(), (long) x.rows() * x.cols());
      share(promptTask, items(PromptRows.BAND), multiplyAdds());
    }
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
    long rows = 0;
    for (Linear w : ws) {
      rows += w.weight().out();
    }
    return rows * x.rows() * x.cols();
  }

  private void pack(int from, int to, int worker) {
    for (int block = from; block < to; block++) {
      prompt.panels.pack(block);
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
    for (int i = 0; i < ws.length; i++) {
      int out = ws[i].weight().out();
      int begin = Math.max(from - first, 0) * PromptRows.BAND;
      int end = Math.min(Math.max(to - first, 0) * PromptRows.BAND, out);
      if (begin < end) {
        prompt.run(outs[i], ws[i], begin, end, scratch[worker]);
      }
      first += Math.ceilDiv(out, PromptRows.BAND);
    }
  }
}
