package dev.quipu.schema;

import dev.quipu.language.StringLexeme;
import dev.quipu.mask.Lexeme;
import dev.quipu.mask.Position;
import dev.quipu.number.NumberPosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A point in a JSON document that is being written, with what the rest of it has to satisfy. The stack of open objects
 * and arrays is its {@link Frame}. Where a value has several ways to satisfy the schema there are several points at
 * once ({@link Fork}).
 *
 * <p>Every point can be completed: a byte after which it could not leads nowhere.
 */
sealed interface Point extends Position {

  @Override
  Point next(int b);

  @Override
  default boolean complete() {
    return false;
  }

  /** The point that stands for this one or another one, where what may follow differs in a formula only; else null. */
  default Point or(Point other) {
    return null;
  }

  /** What stands around a value. */
  sealed interface Frame {

    /** After the value; {@code text} is what is kept of the document, null if nothing is. */
    Point ended(Text text);

    /** What completes the document after the value; null if nothing is found at once. */
    String rest();
  }

  record Root(Blanks blanks) implements Frame {

    @Override
    public Point ended(Text text) {
      return new End(blanks.gap());
    }

    @Override
    public String rest() {
      return "";
    }
  }

  record InObject(ObjectState after, Frame parent, Blanks blanks) implements Frame {

    @Override
    public Point ended(Text text) {
      return new ObjectPoint(false, true, after, this.parent, blanks.gap(), text);
    }

    @Override
    public String rest() {
      return both(Completions.object(after, false), parent.rest());
    }
  }

  /**
   * @param itemStart what was kept of the document before the item, where items must differ; else null
   * @param kept      whether the document is kept outside of the array, too
   */
  record InArray(ArrayState after, Frame parent, Text itemStart, boolean kept, Blanks blanks) implements Frame {

    @Override
    public Point ended(Text text) {
      ArrayState state = itemStart == null ? after : after.having(ExactJson.parse(text.since(itemStart), "an item"));
      return state.live() ? new ArrayPoint(false, state, parent, kept, blanks.gap(), text) : null;
    }

    @Override
    public String rest() {
      boolean open = itemStart != null && !after.canEnd(); // what comes has to differ from the item
      return open ? null : both(Completions.array(after, after.nodes(), false), parent.rest());
    }
  }

  /** After the document. */
  record End(Blanks.Gap gap) implements Point {

    @Override
    public Point next(int b) {
      Blanks.Gap blank = gap.next(b);
      return blank == null ? null : new End(blank);
    }

    @Override
    public boolean complete() {
      return true;
    }

    @Override
    public byte[] completion() {
      return new byte[0];
    }
  }

  /** Before a value. */
  record Value(Node node, Frame frame, Blanks.Gap gap, Text text) implements Point {

    @Override
    public Point next(int b) {
      Blanks.Gap blank = gap.next(b);
      if (blank != null) {
        return new Value(node, frame, blank, kept(text, b));
      }
      if (!gap.mayEnd()) {
        return null;
      }
      Shape shape = node.shape();
      Text after = kept(text, b);
      return switch (b) {
        case '"' -> shape.string().isEmpty() ? null
            : new StringPoint(node.nodes.lexeme(shape.string()), frame, after);
        case '{' -> node.objectStart() == null ? null
            : new ObjectPoint(true, false, node.objectStart(), frame, gap.blanks().gap(), after);
        case '[' -> array(after);
        case 'n' -> shape.nul() ? new Word("null", 1, frame, after) : null;
        case 't' -> shape.yes() ? new Word("true", 1, frame, after) : null;
        case 'f' -> shape.no() ? new Word("false", 1, frame, after) : null;
        default -> number(b, after);
      };
    }

    @Override
    public byte[] completion() {
      return Completions.joined(gap.missing(), node.example(), frame.rest());
    }

    private Point array(Text after) {
      ArrayState start = node.arrayStart();
      if (start == null) {
        return null;
      }
      Text kept = start.isUnique() && after == null ? Text.EMPTY : after;
      return new ArrayPoint(true, start, frame, text != null, gap.blanks().gap(), kept);
    }

    private Point number(int b, Text after) {
      if (b != '-' && (b < '0' || b > '9') || node.shape().number().isEmpty()) {
        return null;
      }
      NumberPosition number = node.numberStart().next(b);
      return number == null ? null : new NumberPoint(number, frame, after);
    }
  }

  record Word(String word, int at, Frame frame, Text text) implements Point {

    @Override
    public Point next(int b) {
      if (b != word.charAt(at)) {
        return null;
      }
      Text after = kept(text, b);
      return at + 1 == word.length() ? frame.ended(after) : new Word(word, at + 1, frame, after);
    }

    @Override
    public byte[] completion() {
      return Completions.joined(word.substring(at), frame.rest());
    }
  }

  record NumberPoint(NumberPosition number, Frame frame, Text text) implements Point {

    @Override
    public Point next(int b) {
      NumberPosition longer = number.next(b);
      if (longer != null) {
        return longer == number && text == null ? this : new NumberPoint(longer, frame, kept(text, b));
      }
      Point after = number.complete() ? frame.ended(text) : null;
      return after == null ? null : after.next(b);
    }

    @Override
    public boolean complete() {
      return frame instanceof Root && number.complete();
    }

    @Override
    public byte[] completion() {
      return Completions.joined(number.shortestCompletion(), frame.rest());
    }

    @Override
    public Lexeme lexeme() {
      return number;
    }

    @Override
    public Point within(Lexeme state, byte[] bytes, int from, int to) {
      Text after = text == null ? null : text.then(bytes, from, to);
      return state == number && after == null ? this : new NumberPoint((NumberPosition) state, frame, after);
    }

    @Override
    public Point at(Lexeme state) {
      return text == null ? new NumberPoint((NumberPosition) state, frame, null) : null;
    }
  }

  /** Inside a string that is a value. */
  record StringPoint(StringLexeme lexeme, Frame frame, Text text) implements Point {

    @Override
    public Point next(int b) {
      if (b == '"' && lexeme.canClose()) {
        return frame.ended(kept(text, b));
      }
      StringLexeme further = lexeme.next(b);
      return further == null ? null : at(further, kept(text, b));
    }

    @Override
    public byte[] completion() {
      return Completions.joined(Completions.string(lexeme), frame.rest());
    }

    private Point at(StringLexeme state, Text after) {
      return state == lexeme && after == null ? this : new StringPoint(state, frame, after);
    }

    @Override
    public Point within(Lexeme state, byte[] bytes, int from, int to) {
      return at((StringLexeme) state, text == null ? null : text.then(bytes, from, to));
    }

    @Override
    public Point at(Lexeme state) {
      return text == null ? at((StringLexeme) state, null) : null;
    }
  }

  /**
   * Between the entries of an object.
   *
   * @param first      right after the brace
   * @param afterValue else after a comma
   */
  record ObjectPoint(boolean first, boolean afterValue, ObjectState state, Frame parent, Blanks.Gap gap, Text text)
      implements Point {

    @Override
    public Point next(int b) {
      Blanks.Gap blank = gap.next(b);
      Text after = kept(text, b);
      if (blank != null) {
        return new ObjectPoint(first, afterValue, state, parent, blank, after);
      }
      if (!gap.mayEnd()) {
        return null;
      }
      if (b == '"' && state.hasSomeKey()) {
        return Unknown.POINT;
      }
      return switch (b) {
        case '"' -> afterValue || state.keys() == null ? null
            : new Key(state.keys(), state, parent, gap.blanks(), Text.EMPTY, after);
        case ',' -> !afterValue || state.keys() == null ? null
            : new ObjectPoint(false, false, state, parent, gap.blanks().spacedGap(), after);
        case '}' -> (first || afterValue) && state.canEnd() ? parent.ended(after) : null;
        default -> null;
      };
    }

    @Override
    public byte[] completion() {
      if (first || afterValue) {
        return Completions.joined(Completions.object(state, first), parent.rest());
      }
      return gap.mayEnd() ? completionOf(next('"'), "\"") : completionOf(next(' '), " ");
    }

    @Override
    public Point or(Point other) {
      return other instanceof ObjectPoint o && first == o.first && afterValue == o.afterValue
          && state.isBeside(o.state) && gap.equals(o.gap) && Objects.equals(text, o.text) && parent.equals(o.parent)
          ? new ObjectPoint(first, afterValue, state.or(o.state), parent, gap, text) : null;
    }
  }

  /** Inside a key. */
  record Key(Lexeme lexeme, ObjectState state, Frame parent, Blanks blanks, Text key, Text text)
      implements Point {

    @Override
    public Point next(int b) {
      Text after = kept(text, b);
      if (b == '"' && KeyLexemes.canClose(lexeme)) {
        String name = ExactJson.string(key.since(Text.EMPTY));
        List<ObjectState.Choice> choices = state.choicesAfter(name);
        return choices.isEmpty() ? null : new Colon(choices, parent, blanks.gap(), after);
      }
      Lexeme further = lexeme.next(b);
      return further == null ? null : new Key(further, state, parent, blanks, key.then(b), after);
    }

    @Override
    public byte[] completion() {
      byte[] rest = Completions.string(KeyLexemes.allowed(lexeme));
      Point after = this;
      for (int i = 0; rest != null && after != null && i < rest.length; i++) {
        after = after.next(rest[i] & 0xFF);
      }
      return rest == null || after == null ? null : completionOf(after, rest);
    }

    @Override
    public Point within(Lexeme further, byte[] bytes, int from, int to) {
      Text after = text == null ? null : text.then(bytes, from, to);
      return new Key(further, state, parent, blanks, key.then(bytes, from, to), after);
    }

    @Override
    public Point at(Lexeme further) {
      ObjectRoot.KeyClass keyClass = text == null ? KeyLexemes.classOf(state.root, further) : null;
      return keyClass == null ? null : new SomeKey(further, keyClass, state, parent, blanks);
    }
  }

  /** Inside of a key of which only the class is known. */
  record SomeKey(Lexeme lexeme, ObjectRoot.KeyClass keyClass, ObjectState state, Frame parent, Blanks blanks)
      implements Point {

    @Override
    public Point next(int b) {
      if (b == '"' && KeyLexemes.canClose(lexeme)) {
        List<ObjectState.Choice> choices = state.someKey(keyClass);
        return choices.isEmpty() ? null : new Colon(choices, parent, blanks.gap(), null);
      }
      Lexeme further = lexeme.next(b);
      return further == null ? null : new SomeKey(further, keyClass, state, parent, blanks);
    }
  }

  /** What follows depends on a key of which only the class is known. */
  enum Unknown implements Point {
    POINT;

    @Override
    public Point next(int b) {
      throw new IllegalStateException("the key has to be known");
    }

    @Override
    public boolean isKnown() {
      return false;
    }
  }

  /** Between a key and its value. */
  record Colon(List<ObjectState.Choice> choices, Frame parent, Blanks.Gap gap, Text text) implements Point {

    @Override
    public Point next(int b) {
      Blanks.Gap blank = gap.next(b);
      Text after = kept(text, b);
      if (blank != null) {
        return new Colon(choices, parent, blank, after);
      }
      if (b != ':' || !gap.mayEnd()) {
        return null;
      }
      List<Point> ways = new ArrayList<>(choices.size());
      for (ObjectState.Choice choice : choices) {
        Frame frame = new InObject(choice.after(), parent, gap.blanks());
        ways.add(new Value(choice.value(), frame, gap.blanks().spacedGap(), after));
      }
      return Fork.of(ways);
    }

    @Override
    public byte[] completion() {
      return completionOf(next(':'), ":");
    }
  }

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
        Point items = items(new Blanks.Gap(gap.blanks(), false, SchemaOptions.MAX_BLANKS), text);
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
        Frame frame = new InArray(choice.after(), parent, itemStart, kept, gap.blanks());
        ways.add(new Value(choice.value(), frame, before, after));
      }
      return Fork.of(ways);
    }
  }

  /** Several points at once, of which at least one has to be right. */
  record Fork(List<Point> points) implements Point {

    static Point of(List<Point> ways) {
      if (ways.size() < 2) {
        return ways.isEmpty() ? null : ways.getFirst();
      }
      List<Point> different = new ArrayList<>();
      for (Point way : ways) {
        if (!isMerged(different, way)) {
          different.add(way);
        }
      }
      return different.size() == 1 ? different.getFirst() : new Fork(different);
    }

    /** Whether a point was there already, or one that stands for both now stands there. */
    private static boolean isMerged(List<Point> points, Point more) {
      for (int i = 0; i < points.size(); i++) {
        Point both = points.get(i).equals(more) ? more : points.get(i).or(more);
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
        if (after == Unknown.POINT) {
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

  private static String both(String first, String second) {
    return first == null || second == null ? null : first + second;
  }

  private static byte[] completionOf(Point after, Object way) {
    return after == null ? null : Completions.joined(way, after.completion());
  }

  private static Text kept(Text text, int b) {
    return text == null ? null : text.then(b);
  }
}
