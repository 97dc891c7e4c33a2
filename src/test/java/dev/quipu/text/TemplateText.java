package dev.quipu.text;

import dev.quipu.support.Choices;

/** Templates built from choices, by the grammar of Jinja: most parse, and use what there is on what does not suit. */
final class TemplateText {

  private static final String[] VALUES = {
      "x", "messages", "tools", "'a b<c>%s {0}'", "1", "true", "none", "-3", "1.5", "[]", "{}", "undefined_name",
      "loop", "ns", "dict", "range(7)", "messages[0].content", "(1,'a')", "m", "caller", "[3,1,2]",
      "{'a':1,2:none}", "'é\uD83D\uDE00ß'", "1e308", "9223372036854775807", "joiner()", "cycler(1,2)",
      "namespace(a=1)", "''", "x|safe", "x.items()", "range(3,90000)", "0", "false", "2**70", "kwargs", "varargs",
      "ns.a", "messages[1]['tool_calls']", "self", "'%5.2f%%'", "'{:>9}'", "float", "x.split", "'\\n\\t '"};
  private static final String[] FILTERS = {
      "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape",
      "filesizeformat", "first", "float", "forceescape", "format", "groupby", "indent", "int", "join", "last",
      "length", "list", "lower", "items", "map", "min", "max", "pprint", "random", "reject", "rejectattr",
      "replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string", "striptags", "sum",
      "title", "trim", "truncate", "unique", "upper", "urlencode", "wordcount", "wordwrap", "xmlattr", "tojson",
      "nonsense"};
  private static final String[] TESTS = {
      "odd", "even", "divisibleby", "defined", "undefined", "filter", "test", "none", "boolean", "false", "true",
      "integer", "float", "lower", "upper", "string", "mapping", "number", "sequence", "iterable", "callable",
      "sameas", "escaped", "in", "eq", "ne", "gt", "ge", "lt", "le", "nonsense"};
  private static final String[] NAMES = {
      "a", "content", "items", "keys", "values", "get", "copy", "fromkeys", "pop", "count", "index", "split",
      "rsplit", "splitlines", "strip", "startswith", "endswith", "replace", "join", "format", "format_map", "find",
      "rindex", "partition", "removeprefix", "center", "ljust", "zfill", "expandtabs", "title", "swapcase",
      "casefold", "isalnum", "isidentifier", "isprintable", "index0", "revindex", "last", "previtem", "nextitem",
      "length", "cycle", "changed", "depth", "bit_length", "is_integer", "real", "denominator", "start", "next",
      "reset", "current", "sep", "name", "arguments", "__class__", "__eq__", "attribute", "grouper", "list", "0",
      "encode", "append", "conjugate", "as_integer_ratio", "hex", "isdisjoint", "maketrans", "pos"};
  private static final String[] KEYWORDS = {
      "attribute", "default", "reverse", "case_sensitive", "by", "indent", "first", "width", "length", "leeway",
      "end", "sep", "maxsplit", "fill_with", "start", "ensure_ascii", "separators", "precision", "method", "base",
      "boolean", "a", "count", "keepends", "sort_keys", "blank", "wrapstring"};
  private static final String[] OPERATORS = {
      "+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", " in ", " not in ", " and ",
      " or "};
  private static final String[] GLOBALS = {
      "range", "dict", "namespace", "cycler", "joiner", "lipsum", "raise_exception", "strftime_now", "x", "loop",
      "m", "caller", "super"};
  private static final int MAX_DEPTH = 6;

  private final Choices choices;
  private final StringBuilder out = new StringBuilder();

  private TemplateText(Choices choices) {
    this.choices = choices;
  }

  static String of(Choices choices) {
    TemplateText text = new TemplateText(choices);
    text.body(0);
    return text.out.toString();
  }

  private void body(int depth) {
    for (int i = choices.below(4); i >= 0; i--) {
      statement(depth);
    }
  }

  private void statement(int depth) {
    int kind = depth < MAX_DEPTH ? choices.below(20) : choices.below(5);
    switch (kind) {
      case 0 -> out.append("text ");
      case 1, 2, 3 -> print(depth);
      case 4 -> tag(depth, "set x =", null);
      case 5, 6, 7 -> loop(depth);
      case 8, 9 -> ifElse(depth);
      case 10 -> block(depth, "set x", "endset");
      case 11 -> macro(depth);
      case 12 -> call(depth);
      case 13 -> block(depth, "filter " + choices.of(FILTERS), "endfilter");
      case 14 -> tag(depth, "with x =", "endwith");
      case 15 -> tag(depth, "autoescape", "endautoescape");
      case 16 -> block(depth, choices.of("generation", "block b", "block b scoped"),
          choices.of("endgeneration", "endblock"));
      case 17 -> out.append(choices.of("{% break %}", "{% continue %}", "{# c #}", "{%- raw %}{{{% endraw -%}"));
      case 18 -> tag(depth, choices.of("set ns.a =", "set x, m =", "set (x, m), y =", "print"), null);
      default -> out.append(choices.text(6));
    }
  }

  private void print(int depth) {
    out.append(choices.of("{{", "{{-"));
    expression(depth);
    out.append(choices.of("}}", "-}}"));
  }

  private void tag(int depth, String opening, String end) {
    out.append("{% ").append(opening).append(' ');
    expression(depth);
    out.append(" %}");
    if (end != null) {
      body(depth + 1);
      out.append("{% ").append(end).append(" %}");
    }
  }

  private void block(int depth, String opening, String end) {
    out.append("{% ").append(opening).append(" %}");
    body(depth + 1);
    out.append("{% ").append(end).append(" %}");
  }

  private void loop(int depth) {
    out.append("{% for ").append(choices.of("x", "m", "x, m", "(x, m), y")).append(" in ");
    expression(depth);
    if (choices.below(4) == 3) {
      out.append(" if ");
      expression(depth);
    }
    out.append(choices.of("", "", " recursive")).append(" %}");
    body(depth + 1);
    if (choices.below(4) == 3) {
      out.append("{% else %}");
      body(depth + 1);
    }
    out.append("{% endfor %}");
  }

  private void ifElse(int depth) {
    out.append("{% if ");
    expression(depth);
    out.append(" %}");
    body(depth + 1);
    if (choices.flag()) {
      out.append("{% elif ");
      expression(depth);
      out.append(" %}");
      body(depth + 1);
    }
    out.append("{% else %}{% endif %}");
  }

  private void macro(int depth) {
    out.append("{% macro m(").append(choices.of("", "x", "x, y=1", "x=messages, caller=none")).append(") %}");
    body(depth + 1);
    out.append("{% endmacro %}");
  }

  private void call(int depth) {
    out.append("{% call").append(choices.of(" ", "(x) ", "(x, y=2) ")).append("m");
    arguments(depth);
    out.append(" %}");
    body(depth + 1);
    out.append("{% endcall %}");
  }

  private void expression(int depth) {
    if (depth >= MAX_DEPTH || choices.atEnd()) {
      out.append(choices.of(VALUES));
      return;
    }
    switch (choices.below(14)) {
      case 0, 1, 2 -> out.append(choices.of(VALUES));
      case 3 -> binary(depth);
      case 4, 5, 6 -> filtered(depth);
      case 7 -> tested(depth);
      case 8, 9 -> method(depth);
      case 10 -> item(depth);
      case 11 -> global(depth);
      case 12 -> wrapped(depth);
      default -> conditional(depth);
    }
  }

  private void binary(int depth) {
    expression(depth + 1);
    out.append(choices.of(OPERATORS));
    expression(depth + 1);
  }

  private void filtered(int depth) {
    out.append('(');
    expression(depth + 1);
    out.append(")|").append(choices.of(FILTERS));
    if (choices.flag()) {
      arguments(depth);
    }
  }

  private void tested(int depth) {
    expression(depth + 1);
    out.append(choices.of(" is ", " is not ")).append(choices.of(TESTS));
    if (choices.flag()) {
      arguments(depth);
    }
  }

  private void method(int depth) {
    out.append('(');
    expression(depth + 1);
    out.append(").").append(choices.of(NAMES));
    if (choices.below(4) != 3) {
      arguments(depth);
    }
  }

  private void item(int depth) {
    out.append('(');
    expression(depth + 1);
    out.append(")[");
    expression(depth + 1);
    if (choices.flag()) {
      out.append(':');
      expression(depth + 1);
      out.append(choices.of("", ":", ":-1", ":2"));
    }
    out.append(']');
  }

  private void global(int depth) {
    out.append(choices.of(GLOBALS));
    arguments(depth);
  }

  private void wrapped(int depth) {
    String brackets = choices.of("()", "[]", "- ", "not ");
    out.append(brackets.charAt(0) == 'n' ? brackets : brackets.substring(0, 1));
    expression(depth + 1);
    out.append(brackets.charAt(0) == 'n' ? "" : brackets.substring(1));
  }

  private void conditional(int depth) {
    expression(depth + 1);
    out.append(" if ");
    expression(depth + 1);
    out.append(" else ");
    expression(depth + 1);
  }

  private void arguments(int depth) {
    out.append('(');
    for (int i = choices.below(4); i > 0; i--) {
      switch (choices.below(8)) {
        case 0 -> out.append('*');
        case 1 -> out.append("**");
        case 2, 3 -> out.append(choices.of(KEYWORDS)).append('=');
        case 4 -> out.append('\'').append(choices.of(choices.flag() ? FILTERS : TESTS)).append("',");
        default -> { }
      }
      expression(depth + 1);
      out.append(i > 1 ? "," : "");
    }
    out.append(')');
  }
}
