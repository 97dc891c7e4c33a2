package dev.quipu.text.regex;

import java.lang.Character.UnicodeScript;
import java.util.List;

/**
 * A set of code points, as Oniguruma and Rust's regex understand their classes (Unicode 16, which is also the JDK's).
 * The ASCII part is a bit set; the rest is asked of the rule the set was made from.
 */
public final class CodePoints {

  /** What decides about one code point. */
  public interface Rule {
    boolean has(int codePoint);
  }

  private static final int MARKS = 1 << Character.NON_SPACING_MARK | 1 << Character.ENCLOSING_MARK
      | 1 << Character.COMBINING_SPACING_MARK;
  private static final int WORD_CATEGORIES =
      MARKS | 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.CONNECTOR_PUNCTUATION;

  /** Unicode's White_Space. */
  public static final CodePoints SPACE = new CodePoints(new Space());

  /** {@code \w} of Rust's regex: alphabetic, marks, decimal digits, connectors and the two joiners. */
  public static final CodePoints RUST_WORD = new CodePoints(new Word()).or(range(0x200C, 0x200D));

  /** {@code [\w]} of Oniguruma: alphabetic, marks, decimal digits and connectors, without the joiners. */
  public static final CodePoints WORD_IN_CLASS = new CodePoints(new Word());

  /** {@code \w} of Oniguruma outside a class: the superscripts and fractions of Latin-1 too, and no other such. */
  public static final CodePoints WORD =
      WORD_IN_CLASS.or(range(0xB2, 0xB3)).or(range(0xB9, 0xB9)).or(range(0xBC, 0xBE));

  private final Rule rule;
  private final long low;
  private final long high;

  public CodePoints(Rule rule) {
    this.rule = rule;
    this.low = bits(rule, 0);
    this.high = bits(rule, 64);
  }

  public boolean has(int codePoint) {
    if (codePoint < 128) {
      return ((codePoint < 64 ? low : high) >>> codePoint & 1) != 0;
    }
    return rule.has(codePoint);
  }

  public CodePoints not() {
    return new CodePoints(new Not(rule));
  }

  public CodePoints or(CodePoints other) {
    return anyOf(List.of(this, other));
  }

  public CodePoints and(CodePoints other) {
    return allOf(List.of(this, other));
  }

  /** The union of some sets; at least one. */
  static CodePoints anyOf(List<CodePoints> sets) {
    return sets.size() == 1 ? sets.getFirst() : new CodePoints(new AnyOf(rules(sets)));
  }

  /** What is in each of some sets; at least one. */
  static CodePoints allOf(List<CodePoints> sets) {
    return sets.size() == 1 ? sets.getFirst() : new CodePoints(new AllOf(rules(sets)));
  }

  private static Rule[] rules(List<CodePoints> sets) {
    Rule[] rules = new Rule[sets.size()];
    for (int i = 0; i < rules.length; i++) {
      rules[i] = sets.get(i).rule;
    }
    return rules;
  }

  public static CodePoints range(int first, int last) {
    return new CodePoints(new Range(first, last));
  }

  /** The code points whose general category is one of a bit mask of {@link Character#getType(int)}. */
  public static CodePoints categories(int mask) {
    return new CodePoints(new Categories(mask));
  }

  /** The set of {@code \p{name}}: a general category, its group, or a script; null if the name is none of them. */
  public static CodePoints property(String name) {
    int mask = categoryMask(name.replace("_", "").toLowerCase(java.util.Locale.ROOT));
    return mask != 0 ? categories(mask) : script(name);
  }

  private static CodePoints script(String name) {
    try {
      return new CodePoints(new Script(UnicodeScript.forName(name)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether Unicode calls a code point white space; the JDK's own test leaves out U+0085 and the no-break spaces. */
  public static boolean isSpace(int c) {
    if (c < 0x1680) {
      return c == ' ' || c >= 9 && c <= 13 || c == 0x85 || c == 0xA0;
    }
    return c == 0x1680 || c >= 0x2000 && c <= 0x200A || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F
        || c == 0x3000;
  }


  private static long bits(Rule rule, int from) {
    long bits = 0;
    for (int i = 0; i < 64; i++) {
      if (rule.has(from + i)) {
        bits |= 1L << i;
      }
    }
    return bits;
  }

  private static int categoryMask(String name) {
    return switch (name) {
      case "l", "letter" -> mask("lu") | mask("ll") | mask("lt") | mask("lm") | mask("lo");
      case "m", "mark" -> MARKS;
      case "n", "number" -> mask("nd") | mask("nl") | mask("no");
      case "p", "punctuation" ->
          mask("pc") | mask("pd") | mask("ps") | mask("pe") | mask("pi") | mask("pf") | mask("po");
      case "s", "symbol" -> mask("sm") | mask("sc") | mask("sk") | mask("so");
      case "z", "separator" -> mask("zs") | mask("zl") | mask("zp");
      default -> mask(name);
    };
  }

  private static int mask(String name) {
    return switch (name) {
      case "lu" -> 1 << Character.UPPERCASE_LETTER;
      case "ll" -> 1 << Character.LOWERCASE_LETTER;
      case "lt" -> 1 << Character.TITLECASE_LETTER;
      case "lm" -> 1 << Character.MODIFIER_LETTER;
      case "lo" -> 1 << Character.OTHER_LETTER;
      case "mn" -> 1 << Character.NON_SPACING_MARK;
      case "mc" -> 1 << Character.COMBINING_SPACING_MARK;
      case "me" -> 1 << Character.ENCLOSING_MARK;
      case "nd" -> 1 << Character.DECIMAL_DIGIT_NUMBER;
      case "nl" -> 1 << Character.LETTER_NUMBER;
      case "no" -> 1 << Character.OTHER_NUMBER;
      case "pc" -> 1 << Character.CONNECTOR_PUNCTUATION;
      case "pd" -> 1 << Character.DASH_PUNCTUATION;
      case "ps" -> 1 << Character.START_PUNCTUATION;
      case "pe" -> 1 << Character.END_PUNCTUATION;
      case "pi" -> 1 << Character.INITIAL_QUOTE_PUNCTUATION;
      case "pf" -> 1 << Character.FINAL_QUOTE_PUNCTUATION;
      case "po" -> 1 << Character.OTHER_PUNCTUATION;
      case "sm" -> 1 << Character.MATH_SYMBOL;
      case "sc" -> 1 << Character.CURRENCY_SYMBOL;
      case "sk" -> 1 << Character.MODIFIER_SYMBOL;
      case "so" -> 1 << Character.OTHER_SYMBOL;
      case "zs" -> 1 << Character.SPACE_SEPARATOR;
      case "zl" -> 1 << Character.LINE_SEPARATOR;
      case "zp" -> 1 << Character.PARAGRAPH_SEPARATOR;
      case "cc" -> 1 << Character.CONTROL;
      case "cf" -> 1 << Character.FORMAT;
      default -> 0;
    };
  }

  // Named classes and no lambdas: the first lambda of a process costs tens of milliseconds at start-up.

  private record Range(int first, int last) implements Rule {
    @Override
    public boolean has(int c) {
      return c >= first && c <= last;
    }
  }

  private record Categories(int mask) implements Rule {
    @Override
    public boolean has(int c) {
      return (mask >>> Character.getType(c) & 1) != 0;
    }
  }

  private record Script(UnicodeScript script) implements Rule {
    @Override
    public boolean has(int c) {
      return UnicodeScript.of(c) == script;
    }
  }

  private record Space() implements Rule {
    @Override
    public boolean has(int c) {
      return isSpace(c);
    }
  }

  private record Word() implements Rule {
    @Override
    public boolean has(int c) {
      return Character.isAlphabetic(c) || (WORD_CATEGORIES >>> Character.getType(c) & 1) != 0;
    }
  }

  private record Not(Rule rule) implements Rule {
    @Override
    public boolean has(int c) {
      return !rule.has(c);
    }
  }

  private record AnyOf(Rule[] rules) implements Rule {
    @Override
    public boolean has(int c) {
      for (Rule rule : rules) {
        if (rule.has(c)) {
          return true;
        }
      }
      return false;
    }
  }

  private record AllOf(Rule[] rules) implements Rule {
    @Override
    public boolean has(int c) {
      for (Rule rule : rules) {
        if (!rule.has(c)) {
          return false;
        }
      }
      return true;
    }
  }
}
