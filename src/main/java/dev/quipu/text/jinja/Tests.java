package dev.quipu.text.jinja;

import java.util.List;
import java.util.Map;

/** The tests behind {@code is}. */
final class Tests {

  private Tests() {}

  static boolean isKnown(String name) {
    return switch (name) {
      case "odd", "even", "divisibleby", "defined", "undefined", "filter", "test", "none", "boolean", "false", "true",
          "integer", "float", "lower", "upper", "string", "mapping", "number", "sequence", "iterable", "callable",
          "sameas", "escaped", "in", "==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", ">=", "ge", "<",
          "lt", "lessthan", "<=", "le" -> true;
      default -> false;
    };
  }

  static boolean apply(String name, Object value, Args args) {
    if (!isKnown(name)) {
      throw PyException.runtime("No test named " + PyFormat.repr(name) + " found.");
    }
    return switch (name) {
      case "divisibleby" -> isRemainder(value, argument(name, args, "num"), 0);
      case "sameas" -> isSame(value, argument(name, args, "other"));
      case "in" -> Values.contains(argument(name, args, "seq"), value);
      case "==", "eq", "equalto" -> Values.equal(value, argument(name, args));
      case "!=", "ne" -> !Values.equal(value, argument(name, args));
      case ">", "gt", "greaterthan" -> Values.compare(">", value, argument(name, args));
      case ">=", "ge" -> Values.compare(">=", value, argument(name, args));
      case "<", "lt", "lessthan" -> Values.compare("<", value, argument(name, args));
      case "<=", "le" -> Values.compare("<=", value, argument(name, args));
      default -> {
        args.positional(name, 0, 0);
        yield simple(name, value);
      }
    };
  }

  private static boolean simple(String name, Object value) {
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == null;
      case "string" -> Values.isString(value);
      case "mapping" -> value instanceof Map;
      case "iterable" -> Values.isIterable(value);
      case "sequence" -> isSequence(value);
      case "boolean" -> value instanceof Boolean;
      case "true" -> value instanceof Boolean b && b;
      case "false" -> value instanceof Boolean b && !b;
      case "integer" -> Values.isInteger(value) && !(value instanceof Boolean);
      case "float" -> value instanceof Double;
      case "number" -> Values.isNumber(value);
      case "odd" -> isRemainder(value, 2L, 1);
      case "even" -> isRemainder(value, 2L, 0);
      case "lower" -> Text.isLower(PyFormat.str(value));
      case "upper" -> Text.isUpper(PyFormat.str(value));
      case "callable" -> Values.isCallable(value);
      case "escaped" -> value instanceof Markup;
      case "filter" -> isHashable(value) && Values.isString(value) && Filters.isKnown(Values.text(value));
      default -> isHashable(value) && Values.isString(value) && isKnown(Values.text(value));
    };
  }

  // asking for a name that cannot be a key is an error in Python
  private static boolean isHashable(Object value) {
    Values.hashKey(value);
    return true;
  }

  private static Object argument(String name, Args args, String parameter) {
    return args.bind(name, 1, parameter)[0];
  }

  private static Object argument(String name, Args args) {
    return args.positional(name, 1, 1)[0];
  }

  private static boolean isRemainder(Object value, Object divisor, long expected) {
    return Values.equal(Operators.binary("%", value, divisor), expected);
  }

  private static boolean isSequence(Object value) {
    return Values.isString(value) || value instanceof List || value instanceof Map || value instanceof Tuple
        || value instanceof Range || value instanceof Undefined;
  }

  /** As {@code is}: CPython keeps one object for each small integer, and the parser one for each literal. */
  private static boolean isSame(Object a, Object b) {
    if (a instanceof Long x && b instanceof Long y) {
      return x >= -5 && x <= 256 && x.equals(y);
    }
    return a == b || a instanceof Boolean && a.equals(b);
  }
}
