package dev.quipu.text.jinja;

import java.util.List;
import java.util.Map;

/**
 * What a rendering may still do before it is refused: Python would run loops in loops for hours, or fill the memory.
 * A unit is about a character copied; what is counted depends on the template and its context alone, not on time.
 */
final class Work {

  /** Some hundred times what published templates need for a conversation of a few turns; about half a second. */
  private static final long ALWAYS = 24_000_000;
  /** For each character given: some templates look back over all messages at each, so 1,000 messages need about 50. */
  private static final long A_CHARACTER = 256;
  private static final int STEP = 8;
  private static final int ITEM = 8;
  private static final int CHARACTERS_READ = 16;
  private static final ThreadLocal<Work> CURRENT = new ThreadLocal<>();

  private long left;

  private Work(long left) {
    this.left = left;
  }

  /** Begins to count for this thread, until {@link #end}; a larger context may take more work. */
  static Work begin(Map<String, Object> context) {
    Work work = new Work(ALWAYS + A_CHARACTER * length(context));
    CURRENT.set(work);
    return work;
  }

  static void end() {
    CURRENT.remove();
  }

  /** Counts the items that a static method is about to visit; nothing where no template is rendered. */
  static void visit(int items) {
    Work work = CURRENT.get();
    if (work != null) {
      work.spend((long) ITEM * items);
    }
  }

  /** Counts a statement, an expression or an iteration. */
  void step() {
    spend(STEP);
  }

  /** Counts a value that was there before, and may now be read. */
  void read(Object value) {
    if (value instanceof String s) {
      spend(s.length() / CHARACTERS_READ);
    } else if (value instanceof Range range) {
      spend((long) ITEM * range.length());
    } else {
      spend(size(value));
    }
  }

  /** Counts a value that was made. */
  void make(Object value) {
    if (value instanceof String s) {
      spend(s.length());
    } else if (value instanceof Markup markup) {
      spend(markup.text().length());
    } else {
      spend((long) ITEM * size(value));
    }
  }

  void spend(long units) {
    left -= units;
    if (left < 0) {
      throw new PyException("NotSupported", "the template takes more work than any chat template needs: its loops or"
          + " its texts grow without measure");
    }
  }

  private static long length(Object value) {
    return switch (value) {
      case String s -> s.length();
      case List<?> list -> list.stream().mapToLong(Work::length).sum();
      case Map<?, ?> map -> map.values().stream().mapToLong(Work::length).sum();
      case null, default -> 1;
    };
  }

  private static int size(Object value) {
    if (value instanceof List<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    return value instanceof Tuple tuple ? tuple.items().size() : 0;
  }
}
