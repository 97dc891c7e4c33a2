package dev.quipu.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Between the items of an array.
 *
 * @param first right after the bracket; else after an item
 * @param kept  whether the document is kept outside of the array, too
 */
record ArrayPoint(boolean first, ArrayState state, Frame parent, boolean kept, Blanks.Gap gap, Text text)
    implements Point {

  @Override
  public Point next(int b) {
    Blanks.Gap blank = gap.next(b);
    if (blank != null) {
      return new ArrayPoint(first, state, parent, kept, blank, Point.kept(text, b));
    }
    if (b == ']') {
      return state.canEnd() ? parent.ended(kept ? Point.kept(text, b) : null) : null;
    }
    if (first) {
      Point items = items(gap.blanks().full(), text);
      return items == null ? null : items.next(b);
    }
    return b == ',' ? items(gap.blanks().spacedGap(), Point.kept(text, b)) : null;
  }

  @Override
  public byte[] completion() {
    return Completions.joined(Completions.array(state, state.nodes(), first), parent.rest());
  }

  @Override
  public Point or(Point other) {
    return other instanceof ArrayPoint o && first == o.first && kept == o.kept && state.isBeside(o.state)
        && gap.equals(o.gap) && Objects.equals(text, o.text) && parent.equals(o.parent)
        ? new ArrayPoint(first, state.or(o.state), parent, kept, gap, text) : null;
  }

  private Point items(Blanks.Gap before, Text after) {
    List<Point> ways = new ArrayList<>();
    for (ArrayState.Choice choice : state.choices()) {
      Text itemStart = state.isUnique() ? after : null;
      Frame frame = new Frame.InArray(choice.after(), parent, itemStart, kept, gap.blanks());
      ways.add(new Point.Value(choice.value(), frame, before, after));
    }
    return Fork.of(ways);
  }
}
