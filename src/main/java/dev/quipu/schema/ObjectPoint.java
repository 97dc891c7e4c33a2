package dev.quipu.schema;

import dev.quipu.mask.Lexeme;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
    Text after = Point.kept(text, b);
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
    return gap.mayEnd() ? Point.completionOf(next('"'), "\"") : Point.completionOf(next(' '), " ");
  }

  @Override
  public Point or(Point other) {
    return other instanceof ObjectPoint o && first == o.first && afterValue == o.afterValue
        && state.isBeside(o.state) && gap.equals(o.gap) && Objects.equals(text, o.text) && parent.equals(o.parent)
        ? new ObjectPoint(first, afterValue, state.or(o.state), parent, gap, text) : null;
  }

  /** Inside a key. */
  record Key(Lexeme lexeme, ObjectState state, Frame parent, Blanks blanks, Text key, Text text)
      implements Point {

    @Override
    public Point next(int b) {
      Text after = Point.kept(text, b);
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
      return rest == null || after == null ? null : Point.completionOf(after, rest);
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
      Text after = Point.kept(text, b);
      if (blank != null) {
        return new Colon(choices, parent, blank, after);
      }
      if (b != ':' || !gap.mayEnd()) {
        return null;
      }
      List<Point> ways = new ArrayList<>(choices.size());
      for (ObjectState.Choice choice : choices) {
        Frame frame = new Frame.InObject(choice.after(), parent, gap.blanks());
        ways.add(new Point.Value(choice.value(), frame, gap.blanks().spacedGap(), after));
      }
      return Fork.of(ways);
    }

    @Override
    public byte[] completion() {
      return Point.completionOf(next(':'), ":");
    }
  }
}
