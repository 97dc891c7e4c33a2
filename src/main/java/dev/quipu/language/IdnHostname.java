package dev.quipu.language;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Names of hosts in all scripts (IDNA 2008): which characters a label may have (RFC 5892), where, and in which
 * directions (RFC 5893). A label in letters of its own script is judged by all rules but two: that it is in normal form
 * C, and that it is at most 63 bytes long in Punycode (which holds it to 59 characters). What a label in Punycode says
 * is judged by all.
 */
final class IdnHostname {

  private static final CodePointSet ARABIC_DIGITS = CodePointSet.range(0x660, 0x669);
  private static final CodePointSet EXTENDED_ARABIC_DIGITS = CodePointSet.range(0x6F0, 0x6F9);
  private static final List<Character.UnicodeBlock> FORBIDDEN = List.of(
      Character.UnicodeBlock.COMBINING_MARKS_FOR_SYMBOLS, Character.UnicodeBlock.MUSICAL_SYMBOLS,
      Character.UnicodeBlock.ANCIENT_GREEK_MUSICAL_NOTATION, Character.UnicodeBlock.HANGUL_JAMO,
      Character.UnicodeBlock.HANGUL_JAMO_EXTENDED_A, Character.UnicodeBlock.HANGUL_JAMO_EXTENDED_B);
  /** Large blocks of which no character changes. */
  private static final List<Character.UnicodeBlock> STABLE = List.of(
      Character.UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS, Character.UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS_EXTENSION_A,
      Character.UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS_EXTENSION_B, Character.UnicodeBlock.HANGUL_SYLLABLES,
      Character.UnicodeBlock.TANGUT, Character.UnicodeBlock.EGYPTIAN_HIEROGLYPHS);
  private static final CodePointSet NEED_CONTEXT =
      points("B7 375 5F3 5F4 200C 200D 30FB").or(ARABIC_DIGITS).or(EXTENDED_ARABIC_DIGITS);
  /** What a label in its own script may be made of. */
  private static final CodePointSet ALLOWED = valid().or(NEED_CONTEXT);
  static final int LAST_ALLOWED = ALLOWED.last(ALLOWED.ranges() - 1);
  private static final CodePointSet MARKS = where(c -> isOneOf(Character.getType(c), Character.NON_SPACING_MARK,
      Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK));

  /** Combining class 9. */
  private static final CodePointSet VIRAMAS = points(
      "94D 9CD A4D ACD B4D BCD C4D CCD D3B D3C D4D DCA E3A EBA F84 1039 103A 1714 1715 1734 17D2 1A60 1B44"
      + " 1BAA 1BAB 1BF2 1BF3 2D7F A806 A82C A8C4 A953 A9C0 AAF6 ABED 10A3F 11046 11070 1107F 110B9 11133"
      + " 11134 111C0 11235 112EA 1134D 11442 114C2 115BF 1163F 116B6 1172B 11839 1193D 1193E 119E0 11A34"
      + " 11A47 11A99 11C3F 11D44 11D45 11D97");
  private static final CodePointSet JOIN_BOTH = points(
      "620 626 628 62A-62E 633-63F 641-647 649-64A 66E-66F 678-687 69A-6BF 6C1-6C2 6CC 6CE 6D0-6D1 6FA-6FC"
      + " 6FF 712-714 71A-71D 71F-727 729 72B 72D-72E 74E-758 75C-76A 76D-770 772 775-777 77A-77F 7CA-7EA"
      + " 841-845 848 84A-853 855 860 862-865 868 886 889-88D 8A0-8A9 8AF-8B0 8B3-8B8 8BA-8C8 1807 1820-1878"
      + " 1887-18A8 18AA A840-A871 10AC0-10AC4 10AD3-10AD6 10AD8-10ADC 10ADE-10AE0 10AEB-10AEE 10B80 10B82"
      + " 10B86-10B88 10B8A-10B8B 10B8D 10B90 10BAD-10BAE 10D01-10D21 10D23 10F30-10F32 10F34-10F44"
      + " 10F51-10F53 10F70-10F73 10F76-10F81 10FB0 10FB2-10FB3 10FB8 10FBB-10FBC 10FBE-10FBF 10FC1 10FC4"
      + " 10FCA 1E900-1E943");
  private static final CodePointSet JOIN_RIGHT = points(
      "622-625 627 629 62F-632 648 671-673 675-677 688-699 6C0 6C3-6CB 6CD 6CF 6D2-6D3 6D5 6EE-6EF 710"
      + " 715-719 71E 728 72A 72C 72F 74D 759-75B 76B-76C 771 773-774 778-779 840 846-847 849 854 856-858 867"
      + " 869-86A 870-882 88E 8AA-8AC 8AE 8B1-8B2 8B9 10AC5 10AC7 10AC9-10ACA 10ACE-10AD2 10ADD 10AE1 10AE4"
      + " 10AEF 10B81 10B83-10B85 10B89 10B8C 10B8E-10B8F 10B91 10BA9-10BAC 10D22 10F33 10F54 10F74-10F75"
      + " 10FB4-10FB6 10FB9-10FBA 10FBD 10FC2-10FC3 10FC9");
  private static final CodePointSet JOIN_LEFT = points(
      "A872 10ACD 10AD7 10D00 10FCB");

  private IdnHostname() {}

  /** Labels in all scripts, between dots of these. */
  static Language withDots(String dots) {
    Language ascii = EcmaPattern.whole("(?!..--)[A-Za-z0-9\\-]+")
        .and(EcmaPattern.whole("-.*|.*-").not()).and(Language.lengths(1, 63));
    return HostName.of(
        new HostName.Labels(CodePointSet.anyOf(dots), false, kinds(ascii.or(unicode())), saying()));
  }

  /** Labels in ASCII, between dots: ordinary ones, and in Punycode. */
  static Language inAscii(String label) {
    Language ordinary = EcmaPattern.whole("(?![Xx][Nn]--)" + label);
    Language leftToRight = ordinary.and(EcmaPattern.search("^[A-Za-z]")); // ends with a letter or a digit anyway
    return HostName.of(
        new HostName.Labels(CodePointSet.of('.'), true, new Language[] {ordinary, leftToRight}, saying()));
  }

  /** What a label in Punycode says: without characters from right to left, and in one direction. */
  static Language[] saying() {
    return kinds(unicode());
  }

  private static Language[] kinds(Language label) {
    Language rightToLeft = chars(direction(Character.DIRECTIONALITY_RIGHT_TO_LEFT,
        Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC, Character.DIRECTIONALITY_ARABIC_NUMBER));
    return new Language[] {label.and(somewhere(rightToLeft).not()), label.and(ofOneDirection())};
  }

  /** Whether it may be in a label. */
  static boolean isAllowed(int codePoint) {
    return ALLOWED.contains(codePoint);
  }

  /** Not all of ASCII. */
  private static Language unicode() {
    Language hyphens = EcmaPattern.whole("-[^]*|[^]*-|[^]{2}--[^]*").not();
    Language noMark = chars(MARKS.not()).then(Language.ANY);
    Language notAscii = somewhere(chars(CodePointSet.range(0, 127).not()));
    return Language.allOf(List.of(chars(ALLOWED).repeat(1, 59), hyphens, noMark, notAscii, inContext()));
  }

  /** RFC 5892, appendix A. */
  private static Language inContext() {
    Language l = Language.text("l");
    CodePointSet script = scripts(Character.UnicodeScript.HIRAGANA, Character.UnicodeScript.KATAKANA,
        Character.UnicodeScript.HAN);
    Language hebrew = chars(scripts(Character.UnicodeScript.HEBREW));
    Language virama = chars(VIRAMAS);
    return Language.allOf(List.of(
        after(0xB7, l), before(0xB7, l),
        before(0x375, chars(scripts(Character.UnicodeScript.GREEK))),
        after(0x5F3, hebrew), after(0x5F4, hebrew),
        somewhere(point(0x30FB)).not().or(somewhere(chars(script))),
        somewhere(chars(ARABIC_DIGITS)).and(somewhere(chars(EXTENDED_ARABIC_DIGITS))).not(),
        after(0x200D, virama),
        nonJoiners(virama)));
  }

  /** Each behind a virama or between letters that would join. */
  private static Language nonJoiners(Language virama) {
    CodePointSet transparent = MARKS.or(where(c -> Character.getType(c) == Character.FORMAT))
        .minus(points("200C 200D"));
    Language between = chars(transparent).repeat(0, -1);
    Language joinsNext = ends(virama.or(chars(JOIN_BOTH.or(JOIN_LEFT)).then(between)));
    Language joinsLast = between.then(chars(JOIN_BOTH.or(JOIN_RIGHT))).then(Language.ANY);
    Language nonJoiner = point(0x200C);
    Language wrongBefore = joinsNext.not().then(nonJoiner).then(Language.ANY);
    Language wrongBehind = ends(virama).not().then(nonJoiner).then(joinsLast.not());
    return wrongBefore.or(wrongBehind).not();
  }

  /** Wherever the first stands, the other stands right before it. */
  private static Language after(int codePoint, Language other) {
    return ends(other).not().then(point(codePoint)).then(Language.ANY).not();
  }

  private static Language before(int codePoint, Language other) {
    return Language.ANY.then(point(codePoint)).then(other.then(Language.ANY).not()).not();
  }

  private static Language ends(Language with) {
    return Language.ANY.then(with);
  }

  /** RFC 5893, section 2. */
  private static Language ofOneDirection() {
    CodePointSet right = direction(Character.DIRECTIONALITY_RIGHT_TO_LEFT,
        Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC);
    CodePointSet left = direction(Character.DIRECTIONALITY_LEFT_TO_RIGHT);
    CodePointSet arabic = direction(Character.DIRECTIONALITY_ARABIC_NUMBER);
    CodePointSet european = direction(Character.DIRECTIONALITY_EUROPEAN_NUMBER);
    CodePointSet neutral = direction(Character.DIRECTIONALITY_EUROPEAN_NUMBER_SEPARATOR,
        Character.DIRECTIONALITY_COMMON_NUMBER_SEPARATOR, Character.DIRECTIONALITY_EUROPEAN_NUMBER_TERMINATOR,
        Character.DIRECTIONALITY_OTHER_NEUTRALS, Character.DIRECTIONALITY_BOUNDARY_NEUTRAL);
    CodePointSet marks = direction(Character.DIRECTIONALITY_NONSPACING_MARK);
    Language end = chars(marks).repeat(0, -1);
    Language bothNumbers = somewhere(chars(arabic)).and(somewhere(chars(european)));
    Language rightToLeft = chars(right).then(Language.ANY)
        .and(chars(right.or(arabic).or(european).or(neutral).or(marks)).repeat(1, -1))
        .and(ends(chars(right.or(arabic).or(european)).then(end))).and(bothNumbers.not());
    Language leftToRight = chars(left).then(Language.ANY)
        .and(chars(left.or(european).or(neutral).or(marks)).repeat(1, -1))
        .and(ends(chars(left.or(european)).then(end)));
    return rightToLeft.or(leftToRight);
  }

  private static Language somewhere(Language what) {
    return Language.ANY.then(what).then(Language.ANY);
  }

  private static Language point(int codePoint) {
    return chars(CodePointSet.of(codePoint));
  }

  private static Language chars(CodePointSet set) {
    return Language.chars(set);
  }

  private static CodePointSet direction(int... directions) {
    return where(c -> isOneOf(Character.getDirectionality(c), directions));
  }

  private static CodePointSet scripts(Character.UnicodeScript... scripts) {
    return where(c -> List.of(scripts).contains(Character.UnicodeScript.of(c)));
  }

  private static boolean isOneOf(int value, int... values) {
    for (int each : values) {
      if (value == each) {
        return true;
      }
    }
    return false;
  }

  /** PVALID of RFC 5892. */
  private static CodePointSet valid() {
    return where(CodePointSet.ALL, IdnHostname::isValid)
        .minus(points("640 7FA 302E-302F 3031-3035 303B B7 375 5F3 5F4 30FB"))
        .minus(ARABIC_DIGITS).minus(EXTENDED_ARABIC_DIGITS).or(points("DF 3C2 6FD-6FE F0B 3007 2D"));
  }

  private static boolean isValid(int c) {
    boolean letterOrDigit = isOneOf(Character.getType(c), Character.LOWERCASE_LETTER, Character.UPPERCASE_LETTER,
        Character.OTHER_LETTER, Character.DECIMAL_DIGIT_NUMBER, Character.MODIFIER_LETTER, Character.NON_SPACING_MARK,
        Character.COMBINING_SPACING_MARK);
    if (!letterOrDigit || isIgnorable(c)) {
      return false;
    }
    Character.UnicodeBlock block = Character.UnicodeBlock.of(c);
    if (STABLE.contains(block)) {
      return true;
    }
    return !FORBIDDEN.contains(block) && isStable(Character.toString(c));
  }

  /** Default_Ignorable_Code_Point, of letters and marks. */
  private static boolean isIgnorable(int c) {
    return c == 0x34F || c == 0x115F || c == 0x1160 || c == 0x17B4 || c == 0x17B5 || c >= 0x180B && c <= 0x180F
        || c == 0x3164 || c >= 0xFE00 && c <= 0xFE0F || c == 0xFFA0 || c >= 0xE0000 && c <= 0xE0FFF;
  }

  /** Whether it is what becomes of it without cases and in normal form KC. */
  private static boolean isStable(String c) {
    return c.equals(compatible(folded(compatible(c))));
  }

  private static String compatible(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC);
  }

  /** Cherokee is folded to capitals; a dotless i stays what it is. */
  private static String folded(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    boolean cherokee = Character.UnicodeScript.of(text.codePointAt(0)) == Character.UnicodeScript.CHEROKEE;
    return cherokee ? upper : text.equals("\u0131") ? text : upper.toLowerCase(Locale.ROOT);
  }

  /** Of those allowed. */
  private static CodePointSet where(IntPredicate predicate) {
    return where(ALLOWED, predicate);
  }

  private static CodePointSet where(CodePointSet within, IntPredicate predicate) {
    int[] ends = new int[16];
    int size = 0;
    for (int range = 0; range < within.ranges(); range++) {
      for (int c = within.first(range); c <= within.last(range); c++) {
        if (!predicate.test(c)) {
          continue;
        }
        if (size > 0 && ends[size - 1] == c) {
          ends[size - 1]++;
        } else {
          ends = size == ends.length ? Arrays.copyOf(ends, 2 * size) : ends;
          ends[size++] = c;
          ends[size++] = c + 1;
        }
      }
    }
    return size == 0 ? CodePointSet.NONE : CodePointSet.ofBounds(Arrays.copyOf(ends, size));
  }

  /** Hexadecimal, single ones and ranges. */
  private static CodePointSet points(String list) {
    String[] items = list.split(" ");
    int[] ends = new int[2 * items.length];
    for (int i = 0; i < items.length; i++) {
      String[] range = items[i].split("-");
      ends[2 * i] = Integer.parseInt(range[0], 16);
      ends[2 * i + 1] = Integer.parseInt(range[range.length - 1], 16);
    }
    return CodePointSet.ofRanges(ends);
  }
}
