package dev.quipu.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The binary and unary operators on any values: arithmetic, concatenation, repetition, formatting, slices. */
final class Operators {

  /** No text or list that a template builds by repetition may be longer. */
  private static final long MAX_LENGTH = 10_000_000;

  private Operators() {}

  static Object binary(String operator, Object a, Object b) {
    if (a instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (operator.equals("%") && Values.isString(a)) {
      return PercentFormat.format(a, b);
    }
    if (b instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (Values.isNumber(a) && Values.isNumber(b)) {
      return arithmetic(operator, a, b);
    }
    return switch (operator) {
      case "+" -> add(a, b);
      case "*" -> repeat(a, b);
      default -> throw unsupported(operator, a, b);
    };
  }

  private static Object arithmetic(String operator, Object a, Object b) {
    return switch (operator) {
      case "+" -> Numbers.add(a, b);
      case "-" -> Numbers.subtract(a, b);
      case "*" -> Numbers.multiply(a, b);
      case "/" -> Numbers.divide(a, b);
      case "//" -> Numbers.floorDivide(a, b);
      case "%" -> Numbers.modulo(a, b);
      case "**" -> Numbers.power(a, b);
      default -> throw unsupported(operator, a, b);
    };
  }

  static Object unary(char operator, Object a) {
    if (a instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!Values.isNumber(a)) {
      throw PyException.type("bad operand type for unary " + operator + ": " + PyFormat.repr(Values.typeName(a)));
    }
    return operator == '-' ? Numbers.negative(a) : Numbers.positive(a);
  }

  /** As {@code a + b} for what is not a number. */
  private static Object add(Object a, Object b) {
    if (a instanceof String x && b instanceof String y) {
      return x.concat(y);
    }
    if (Values.isString(a) && Values.isString(b)) {
      return new Markup(Markup.escape(a).text().concat(Markup.escape(b).text()));
    }
    if (a instanceof List<?> x && b instanceof List<?> y) {
      return joined(x, y);
    }
    if (a instanceof Tuple x && b instanceof Tuple y) {
      return new Tuple(joined(x.items(), y.items()));
    }
    if (a instanceof String) {
      throw PyException.type("can only concatenate str (not \"" + Values.typeName(b) + "\") to str");
    }
    throw unsupported("+", a, b);
  }

  private static List<Object> joined(List<?> a, List<?> b) {
    checkLength((long) a.size() + b.size());
    List<Object> all = new ArrayList<>(a.size() + b.size());
    all.addAll(a);
    all.addAll(b);
    return all;
  }

  private static Object repeat(Object a, Object b) {
    Object sequence = Values.isInteger(a) ? b : a;
    Object times = Values.isInteger(a) ? a : b;
    boolean repeats = Values.isString(sequence) || sequence instanceof List || sequence instanceof Tuple;
    if (!repeats || !Values.isInteger(times)) {
      throw unsupported("*", a, b);
    }
    int count = Math.max(0, Numbers.toInt(times, "repetition"));
    checkLength((long) Values.length(sequence) * count);
    if (sequence instanceof String text) {
      return text.repeat(count);
    }
    if (sequence instanceof Markup markup) {
      return new Markup(markup.text().repeat(count));
    }
    return sequence instanceof Tuple tuple
        ? new Tuple(repeated(tuple.items(), count)) : repeated((List<?>) sequence, count);
  }

  private static List<Object> repeated(List<?> items, int count) {
    List<Object> all = new ArrayList<>(items.size() * count);
    for (int i = 0; i < count && !items.isEmpty(); i++) {
      all.addAll(items);
    }
    return all;
  }

  static void checkLength(long length) {
    if (length > MAX_LENGTH) {
      throw new PyException("MemoryError", "a value of length " + length + " is longer than " + MAX_LENGTH);
    }
  }

  /** As {@code object[start:stop:step]}; an absent bound is null. */
  static Object slice(Object object, Object start, Object stop, Object step) {
    if (object instanceof Undefined undefined) {
      throw undefined.failure();
    }
    boolean sliceable = Values.isString(object) || object instanceof List || object instanceof Tuple
        || object instanceof Range;
    if (!sliceable) {
      throw PyException.type(object instanceof Map
          ? "unhashable type: 'slice'" : PyFormat.repr(Values.typeName(object)) + " object is not subscriptable");
    }
    Slice bounds = Slice.of(Values.length(object), start, stop, step);
    if (Values.isString(object)) {
      return Text.like(object, Text.slice(Values.text(object), bounds));
    }
    if (object instanceof Range range) {
      return new Range(range.get(bounds.start()), range.get(bounds.stop()), range.step() * bounds.step());
    }
    return object instanceof Tuple tuple ? new Tuple(picked(tuple.items(), bounds)) : picked((List<?>) object, bounds);
  }

  private static List<Object> picked(List<?> items, Slice slice) {
    if (slice.step() == 1) {
      return new ArrayList<>(items.subList(slice.start(), slice.start() + slice.length()));
    }
    List<Object> picked = new ArrayList<>(slice.length());
    for (int i = 0; i < slice.length(); i++) {
      picked.add(items.get(slice.index(i)));
    }
    return picked;
  }

  private static PyException unsupported(String operator, Object a, Object b) {
    String name = operator.equals("**") ? "** or pow()" : operator;
    return PyException.type("unsupported operand type(s) for " + name + ": " + PyFormat.repr(Values.typeName(a))
        + " and " + PyFormat.repr(Values.typeName(b)));
  }
}
