package dev.quipu.schema;

import dev.quipu.language.StringLexeme;
import dev.quipu.mask.Lexeme;
import dev.quipu.mask.Position;
import dev.quipu.number.NumberPosition;

/**
 * A point in a JSON document that is being written, with what the rest of it has to satisfy. The stack of open objects
 * and arrays is its {@link Frame}. Here are the points before, in and after values; between them are
 * {@link ObjectPoint}s and {@link ArrayPoint}s. Where a value has several ways to satisfy the schema there are several
 * points at once ({@link Fork}).
 *
 * <p>Every point can be completed: a byte after which it could not leads nowhere.
 */
interface Point extends Position {

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

  /** Inside {@code null}, {@code true} or {@code false}. */
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

  /** Inside a number. */
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
      return frame instanceof Frame.Root && number.complete();
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

  static byte[] completionOf(Point after, Object way) {
    return after == null ? null : Completions.joined(way, after.completion());
  }

  static Text kept(Text text, int b) {
    return text == null ? null : text.then(b);
  }
}
