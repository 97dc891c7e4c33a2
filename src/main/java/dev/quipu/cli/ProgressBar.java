package dev.quipu.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * One line on a terminal that says how far something long has come: drawn after half a second, erased at the end. Draws
 * nothing where there is no terminal. Plain characters only, no colour.
 */
final class ProgressBar implements AutoCloseable {

  private static final int DELAY_MS = 500;
  private static final int REDRAW_MS = 200;
  private static final int CELLS = 24;
  private static final int MAX_LABEL = 40; // a line that wraps cannot be drawn over

  private String label;
  private final PrintStream terminal;
  private final Thread painter;
  private int done;
  private int total; // 0 while unknown
  private String drawn = "";
  private boolean closed;

  private ProgressBar(String label, PrintStream terminal, BooleanSupplier visible) {
    this.label = label;
    this.terminal = terminal;
    this.painter = new Thread(() -> paint(visible), "quipu-progress");
    painter.setDaemon(true);
    painter.start();
  }

  /** A bar on standard error, if that is a terminal. */
  static ProgressBar start(String label) {
    return start(label, System.err, () -> !"dumb".equals(System.getenv("TERM")) && Posix.isTerminal(Posix.STDERR));
  }

  /** @param visible asked once, when there is something to draw */
  static ProgressBar start(String label, PrintStream terminal, BooleanSupplier visible) {
    return new ProgressBar(label, terminal, visible);
  }

  /** Something else is under way. */
  synchronized void update(String what, int done, int total) {
    label = what;
    update(done, total);
  }

  synchronized void update(int done, int total) {
    this.done = done;
    this.total = total;
  }

  /** Prints something else; the bar makes room for it. */
  synchronized void aside(Runnable printing) {
    erase();
    printing.run();
  }

  private void paint(BooleanSupplier visible) {
    try {
      Thread.sleep(DELAY_MS);
      if (visible.getAsBoolean()) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close)); // Ctrl-C
        while (draw()) {
          Thread.sleep(REDRAW_MS);
        }
      }
    } catch (InterruptedException | IllegalStateException e) {
      // closed, or quipu is ending: nothing is left to draw
    }
  }

  private synchronized boolean draw() {
    String line = line(label, done, total);
    if (!closed && !line.equals(drawn)) {
      terminal.print("\r" + line + " ".repeat(Math.max(0, drawn.length() - line.length())));
      terminal.flush();
      drawn = line;
    }
    return !closed;
  }

  /** The bar, without a share while the total is not known. */
  static String line(String label, int done, int total) {
    String shown = label.length() <= MAX_LABEL ? label : label.substring(0, MAX_LABEL);
    if (total <= 0) {
      return shown + " …";
    }
    int filled = (int) ((long) CELLS * done / total);
    String bar = "#".repeat(filled) + "-".repeat(CELLS - filled);
    return String.format(Locale.ROOT, "%s [%s] %d/%d", shown, bar, done, total);
  }

  /** Erases the bar. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      painter.interrupt();
      erase();
    }
  }

  private void erase() {
    if (!drawn.isEmpty()) {
      terminal.print("\r" + " ".repeat(drawn.length()) + "\r");
      terminal.flush();
      drawn = "";
    }
  }
}
