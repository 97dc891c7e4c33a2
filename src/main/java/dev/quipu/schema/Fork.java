package dev.quipu.schema;

import dev.quipu.mask.Lexeme;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** Several points at once, of which at least one has to be right. */
record Fork(List<Point> points) implements Point {

  static Point of(List<Point> ways) {
    if (ways.size() < 2) {
      return ways.isEmpty() ? null : ways.getFirst();
    }
    List<Point> different = new ArrayList<>();
    for (Point way : new LinkedHashSet<>(ways)) {
      if (!isMerged(different, way)) {
        different.add(way);
      }
    }
    return different.size() == 1 ? different.getFirst() : new Fork(different);
  }

  /** Whether one that stands for a point and another one now stands in the place of the other. */
  private static boolean isMerged(List<Point> points, Point more) {
    for (int i = 0; i < points.size(); i++) {
      Point both = points.get(i).or(more);
      if (both != null) {
        points.set(i, both);
        return true;
      }
    }
    return false;
  }

  @Override
  public Point next(int b) {
    List<Point> ways = new ArrayList<>(points.size());
    for (Point point : points) {
      Point after = point.next(b);
      if (after == ObjectPoint.Unknown.POINT) {
        return after;
      }
      if (after instanceof Fork fork) {
        ways.addAll(fork.points);
      } else if (after != null) {
        ways.add(after);
      }
    }
    return Fork.of(ways);
  }

  @Override
  public boolean complete() {
    for (Point point : points) {
      if (point.complete()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public byte[] completion() {
    byte[] shortest = null;
    for (Point point : points) {
      byte[] rest = point.completion();
      shortest = rest != null && (shortest == null || rest.length < shortest.length) ? rest : shortest;
    }
    return shortest;
  }

  /** If the points are not in the same lexeme, one that goes on as long as one of theirs does. */
  @Override
  public Lexeme lexeme() {
    Lexeme[] lexemes = new Lexeme[points.size()];
    boolean same = true;
    for (int i = 0; i < lexemes.length; i++) {
      lexemes[i] = points.get(i).lexeme();
      if (lexemes[i] == null) {
        return null;
      }
      same &= lexemes[i] == lexemes[0];
    }
    return same ? lexemes[0] : ForkLexeme.of(lexemes);
  }

  private static Lexeme part(Lexeme state, int point) {
    return state instanceof ForkLexeme fork ? fork.part(point) : state;
  }

  @Override
  public Point at(Lexeme state) {
    List<Point> ways = new ArrayList<>(points.size());
    for (int i = 0; i < points.size(); i++) {
      Lexeme part = part(state, i);
      Point way = part == null ? null : (Point) points.get(i).at(part);
      if (part != null && way == null) {
        return null;
      }
      if (way != null) {
        ways.add(way);
      }
    }
    return Fork.of(ways);
  }

  @Override
  public Point within(Lexeme state, byte[] bytes, int from, int to) {
    List<Point> ways = new ArrayList<>(points.size());
    for (int i = 0; i < points.size(); i++) {
      Lexeme part = part(state, i);
      if (part != null) {
        ways.add((Point) points.get(i).within(part, bytes, from, to));
      }
    }
    return Fork.of(ways);
  }
}
