package dev.quipu.grammar;

import java.util.Map;
import java.util.TreeMap;

/** Lark's library of terminals, which {@code %import common.NAME} names, as patterns. */
final class CommonTerminals {

  private static final String EXPONENT = "[eE][+-]?[0-9]+";
  private static final String DECIMAL = "([0-9]+\\.[0-9]*|\\.[0-9]+)";
  private static final String FLOAT = "(" + DECIMAL + "(" + EXPONENT + ")?|[0-9]+" + EXPONENT + ")";
  private static final String NUMBER = "(" + FLOAT + "|[0-9]+)";

  static final Map<String, String> PATTERNS = new TreeMap<>(Map.ofEntries(
      Map.entry("DIGIT", "[0-9]"),
      Map.entry("HEXDIGIT", "[0-9a-fA-F]"),
      Map.entry("INT", "[0-9]+"),
      Map.entry("SIGNED_INT", "[+-]?[0-9]+"),
      Map.entry("DECIMAL", DECIMAL),
      Map.entry("_EXP", EXPONENT),
      Map.entry("FLOAT", FLOAT),
      Map.entry("SIGNED_FLOAT", "[+-]?" + FLOAT),
      Map.entry("NUMBER", NUMBER),
      Map.entry("SIGNED_NUMBER", "[+-]?" + NUMBER),
      Map.entry("ESCAPED_STRING", "\"([^\"\\\\\\n]|\\\\.)*\""),
      Map.entry("LCASE_LETTER", "[a-z]"),
      Map.entry("UCASE_LETTER", "[A-Z]"),
      Map.entry("LETTER", "[a-zA-Z]"),
      Map.entry("WORD", "[a-zA-Z]+"),
      Map.entry("CNAME", "[a-zA-Z_][a-zA-Z0-9_]*"),
      Map.entry("WS_INLINE", "[ \\t]+"),
      Map.entry("WS", "[ \\t\\f\\r\\n]+"),
      Map.entry("CR", "\\r"),
      Map.entry("LF", "\\n"),
      Map.entry("NEWLINE", "(\\r?\\n)+"),
      Map.entry("SH_COMMENT", "#[^\\n]*"),
      Map.entry("CPP_COMMENT", "//[^\\n]*"),
      Map.entry("C_COMMENT", "/\\*([^*]|\\*+[^*/])*\\*+/"),
      Map.entry("SQL_COMMENT", "--[^\\n]*"),
      Map.entry("PYTHON_COMMENT", "#[^\\n]*")));

  private CommonTerminals() {}
}
