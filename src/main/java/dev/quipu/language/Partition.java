package dev.quipu.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All characters in classes, which are split until a language treats those of a class alike. */
final class Partition {

  /** Beyond, a state has too many kinds of characters. */
  private static final int LIMIT = 20_000;

  private final List<CodePointSet> parts = new ArrayList<>(8);
  private final List<CodePointSet> done = new ArrayList<>(4);
  private CodePointSet spread = CodePointSet.NONE;

  Partition() {
    parts.add(CodePointSet.ALL);
  }

  int size() {
    return parts.size();
  }

  CodePointSet part(int i) {
    return parts.get(i);
  }

  /** Of some characters beyond ASCII each leads to another language; all of a class or none of it has a text. */
  void spread(CodePointSet set) {
    CodePointSet beyond = set.minus(CodePointSet.range(0, 127));
    split(beyond);
    spread = spread.or(beyond);
  }

  boolean isSpread(int i) {
    return !spread.isEmpty() && spread.contains(part(i).first()) && part(i).size() > 1;
  }

  /** Each class into what is in a set and what is not. */
  void split(CodePointSet set) {
    if (set == CodePointSet.ALL || done.contains(set)) {
      return;
    }
    done.add(set);
    for (int i = parts.size() - 1; i >= 0; i--) {
      CodePointSet part = parts.get(i);
      CodePointSet inside = part.and(set);
      if (!inside.isEmpty() && !inside.equals(part)) {
        parts.set(i, inside);
        parts.add(part.minus(set));
      }
    }
    if (parts.size() > LIMIT) {
      throw new TooComplex("more than " + LIMIT + " kinds of characters at one place of a text");
    }
  }

  /** Each of some code points, rising, becomes a class of its own. */
  void split(int[] points) {
    if (points.length == 1) {
      split(CodePointSet.of(points[0]));
      return;
    }
    CodePointSet all = ofPoints(points);
    List<CodePointSet> old = List.copyOf(parts);
    parts.clear();
    for (CodePointSet part : old) {
      CodePointSet rest = part.minus(all);
      if (!rest.isEmpty()) {
        parts.add(rest);
      }
    }
    for (int point : points) {
      parts.add(CodePointSet.of(point));
    }
  }

  private static CodePointSet ofPoints(int[] points) {
    int[] bounds = new int[2 * points.length];
    int size = 0;
    for (int point : points) {
      if (size > 0 && bounds[size - 1] == point) {
        bounds[size - 1]++;
      } else {
        bounds[size++] = point;
        bounds[size++] = point + 1;
      }
    }
    return CodePointSet.ofBounds(Arrays.copyOf(bounds, size));
  }
}
