package dev.quipu.text.jinja;

/**
 * One token of a template.
 *
 * @param value the name, operator or text; a string's characters without its quotes; a number as
 *     Long, BigInteger or Double
 * @param line  counted from 1
 */
record Token(Kind kind, Object value, int line) {

  enum Kind { DATA, BLOCK_BEGIN, BLOCK_END, VARIABLE_BEGIN, VARIABLE_END, NAME, STRING, INTEGER, FLOAT, OPERATOR, EOF }

  boolean isName(String name) {
    return kind == Kind.NAME && value.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && value.equals(operator);
  }

  /** What the token is called in a message. */
  String describe() {
    return switch (kind) {
      case DATA -> "template text";
      case BLOCK_BEGIN -> "{%";
      case BLOCK_END -> "%}";
      case VARIABLE_BEGIN -> "{{";
      case VARIABLE_END -> "}}";
      case EOF -> "the end of the template";
      case NAME, OPERATOR, INTEGER, FLOAT, STRING -> value.toString();
    };
  }
}
