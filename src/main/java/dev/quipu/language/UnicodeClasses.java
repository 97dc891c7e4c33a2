package dev.quipu.language;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/** The classes of characters that patterns name: \d, \w, \s, and Unicode's properties as the JDK knows them. */
final class UnicodeClasses {

  static final CodePointSet DIGIT = CodePointSet.range('0', '9');
  static final CodePointSet WORD = CodePointSet.ofRanges('a', 'z', 'A', 'Z', '0', '9', '_', '_');
  /** White space and line terminators of ECMA-262. */
  static final CodePointSet SPACE = CodePointSet.ofRanges(9, 13, ' ', ' ', 0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200A,
      0x2028, 0x2029, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000, 0xFEFF, 0xFEFF);
  static final CodePointSet LINE_END = CodePointSet.ofRanges('\n', '\n', '\r', '\r', 0x2028, 0x2029);

  /** Planes without a single character, of which one is asked for all. */
  private static final int UNASSIGNED_FROM = 0x40000;
  private static final int UNASSIGNED_TO = 0xE0000;

  private static final Map<String, CodePointSet> KNOWN = new ConcurrentHashMap<>();
  private static final Map<String, String> CATEGORIES = categories();
  private static final List<String> SHORT = List.of("Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl",
      "No", "", "Zs", "Zl", "Zp", "Cc", "Cf", "", "Co", "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So",
      "Pi", "Pf");

  private UnicodeClasses() {}

  /** The set of a property as it stands between the braces of \p{…}; null if there is none of this name. */
  static CodePointSet of(String property) {
    CodePointSet known = KNOWN.get(property);
    if (known == null) {
      IntPredicate rule = rule(property);
      if (rule == null) {
        return null;
      }
      known = collect(rule);
      KNOWN.put(property, known);
    }
    return known;
  }

  /** Of general categories, long and short. */
  static Set<String> categoryNames() {
    Set<String> names = new TreeSet<>(CATEGORIES.keySet());
    names.addAll(CATEGORIES.values());
    return names;
  }

  private static IntPredicate rule(String property) {
    int sign = property.indexOf('=');
    if (sign < 0) {
      IntPredicate category = category(property);
      return category != null ? category : binary(property);
    }
    String value = property.substring(sign + 1);
    return switch (property.substring(0, sign)) {
      case "General_Category", "gc" -> category(value);
      case "Script", "sc" -> script(value);
      default -> null;
    };
  }

  private static IntPredicate category(String name) {
    String code = CATEGORIES.getOrDefault(name, name);
    if (code.equals("LC")) {
      return c -> List.of("Lu", "Ll", "Lt").contains(SHORT.get(Character.getType(c)));
    }
    if (code.isEmpty() || SHORT.stream().noneMatch(category -> category.startsWith(code))) {
      return null;
    }
    boolean[] types = new boolean[SHORT.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = SHORT.get(i).startsWith(code);
    }
    return c -> types[Character.getType(c)];
  }

  private static IntPredicate script(String name) {
    try {
      UnicodeScript script = UnicodeScript.forName(name);
      return c -> UnicodeScript.of(c) == script;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static IntPredicate binary(String name) {
    return switch (name) {
      case "Any" -> c -> true;
      case "ASCII" -> c -> c < 128;
      case "Assigned" -> c -> Character.getType(c) != Character.UNASSIGNED;
      case "Alphabetic", "Alpha" -> Character::isAlphabetic;
      case "Lowercase", "Lower" -> Character::isLowerCase;
      case "Uppercase", "Upper" -> Character::isUpperCase;
      case "White_Space", "space" -> c -> SPACE.contains(c) && c != 0xFEFF || c == 0x85;
      case "ASCII_Hex_Digit", "AHex" -> c -> c < 128 && Character.digit(c, 16) >= 0;
      case "Hex_Digit", "Hex" -> c -> c < 128 && Character.digit(c, 16) >= 0
          || c >= 0xFF10 && c <= 0xFF19 || c >= 0xFF21 && c <= 0xFF26 || c >= 0xFF41 && c <= 0xFF46;
      case "Ideographic", "Ideo" -> Character::isIdeographic;
      case "ID_Start", "IDS" -> Character::isUnicodeIdentifierStart;
      case "ID_Continue", "IDC" -> c -> Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
      case "Emoji" -> Character::isEmoji;
      case "Emoji_Presentation", "EPres" -> Character::isEmojiPresentation;
      case "Emoji_Modifier", "EMod" -> Character::isEmojiModifier;
      case "Emoji_Modifier_Base", "EBase" -> Character::isEmojiModifierBase;
      case "Emoji_Component", "EComp" -> Character::isEmojiComponent;
      case "Extended_Pictographic", "ExtPict" -> Character::isExtendedPictographic;
      default -> null;
    };
  }

  /** Asks every code point, once for a property. */
  private static CodePointSet collect(IntPredicate rule) {
    int[] bounds = new int[64];
    int size = 0;
    for (int c = 0; c <= 0x110000; c = c == UNASSIGNED_FROM ? UNASSIGNED_TO : c + 1) {
      boolean in = c < 0x110000 && (c < 0xD800 || c > 0xDFFF) && rule.test(c);
      if (in != (size % 2 == 1)) {
        bounds = size == bounds.length ? Arrays.copyOf(bounds, 2 * size) : bounds;
        bounds[size++] = c;
      }
    }
    CodePointSet set = CodePointSet.ofBounds(Arrays.copyOf(bounds, size));
    return set.equals(CodePointSet.ALL) ? CodePointSet.ALL : set;
  }

  private static Map<String, String> categories() {
    Map<String, String> names = new HashMap<>();
    String all = """
        Letter L Cased_Letter LC Uppercase_Letter Lu Lowercase_Letter Ll Titlecase_Letter Lt Modifier_Letter Lm
        Other_Letter Lo Mark M Combining_Mark M Nonspacing_Mark Mn Spacing_Mark Mc Enclosing_Mark Me Number N
        Decimal_Number Nd digit Nd Letter_Number Nl Other_Number No Punctuation P punct P Connector_Punctuation Pc
        Dash_Punctuation Pd Open_Punctuation Ps Close_Punctuation Pe Initial_Punctuation Pi Final_Punctuation Pf
        Other_Punctuation Po Symbol S Math_Symbol Sm Currency_Symbol Sc Modifier_Symbol Sk Other_Symbol So
        Separator Z Space_Separator Zs Line_Separator Zl Paragraph_Separator Zp Other C Control Cc cntrl Cc
        Format Cf Surrogate Cs Private_Use Co Unassigned Cn""";
    String[] words = all.split("\\s+");
    for (int i = 0; i < words.length; i += 2) {
      names.put(words[i], words[i + 1]);
    }
    return names;
  }

  /** With each character also those that differ from it in case only. */
  static CodePointSet inAnyCase(CodePointSet set) {
    CodePointSet all = set;
    for (int[] group : Cases.GROUPS) {
      boolean any = false;
      for (int c : group) {
        any |= set.contains(c);
      }
      if (any) {
        for (int c : group) {
          all = all.or(CodePointSet.of(c));
        }
      }
    }
    return all;
  }

  /** Characters that differ in case only, by Unicode's simple folding. */
  private static final class Cases {

    static final List<int[]> GROUPS = groups();

    private static List<int[]> groups() {
      Map<Integer, List<Integer>> byFold = new TreeMap<>();
      for (int c = 0; c < 0x20000; c++) {
        int fold = fold(c);
        if (fold != c || Character.toUpperCase(c) != c) {
          byFold.computeIfAbsent(fold, key -> new ArrayList<>(List.of(key))).add(c);
        }
      }
      return byFold.values().stream().map(group -> group.stream().distinct().mapToInt(c -> c).toArray())
          .filter(group -> group.length > 1).toList();
    }

    private static int fold(int c) {
      return c == 0x130 || c == 0x131 ? c : Character.toLowerCase(Character.toUpperCase(c));
    }
  }
}
