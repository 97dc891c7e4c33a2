package dev.quipu.text;

import dev.quipu.text.regex.CodePoints;
import java.text.Normalizer.Form;
import java.util.Arrays;

/**
 * Where {@code tokenizers} 0.23.3 was built from other versions of Unicode than the JDK's: its normal forms and its
 * combining marks are those of Unicode 10, its punctuation is older still, its numbers and its lower case are those of
 * Unicode 17. The tables list what differs from the JDK's answers; they were found by asking both about every code
 * point. Knows no tokenizer.
 */
final class OldUnicode {

  /** What Digits cuts at. */
  static final CodePoints NUMBERS = CodePoints.property("N")
      .or(CodePoints.range(0x11DE0, 0x11DE9)).or(CodePoints.range(0x16FF4, 0x16FF6));

  private OldUnicode() {}

  /** What StripAccents removes. */
  static CodePoints marks() {
    return Sets.MARKS;
  }

  /** What Punctuation and BertPreTokenizer cut at: all ASCII signs, and punctuation. */
  static CodePoints punctuation() {
    return Sets.PUNCTUATION;
  }

  static String normalize(String text, Form form) {
    var out = new StringBuilder(text.length());
    int from = 0;
    int next;
    for (int i = 0; i < text.length(); i = next) {
      int c = text.codePointAt(i);
      next = i + Character.charCount(c);
      if (c >= InertInNormalForms.RANGES[0] && in(InertInNormalForms.RANGES, c)) {
        out.append(java.text.Normalizer.normalize(text.substring(from, i), form)).appendCodePoint(c);
        from = next;
      }
    }
    if (from == 0) {
      return java.text.Normalizer.normalize(text, form);
    }
    return out.append(java.text.Normalizer.normalize(text.substring(from), form)).toString();
  }

  /** Lower case, character by character: no final sigma. */
  static String lowerCase(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints().forEach(c -> {
      if (c == 0x130) {
        out.append("i\u0307");
      } else {
        out.appendCodePoint(lowerCase(c));
      }
    });
    return out.toString();
  }

  private static int lowerCase(int c) {
    if (c == 0xA7CE || c == 0xA7D2 || c == 0xA7D4) {
      return c + 1;
    }
    return c >= 0x16EA0 && c <= 0x16EB8 ? c + 0x1B : Character.toLowerCase(c);
  }

  /** First and last of each range, in order. */
  private static int[] ranges(String hex) {
    String[] words = hex.split(" ");
    int[] ranges = new int[words.length * 2];
    for (int i = 0; i < words.length; i++) {
      int dash = words[i].indexOf('-');
      ranges[2 * i] = Integer.parseInt(dash < 0 ? words[i] : words[i].substring(0, dash), 16);
      ranges[2 * i + 1] = Integer.parseInt(words[i].substring(dash + 1), 16);
    }
    return ranges;
  }

  private record In(int[] ranges) implements CodePoints.Rule {
    @Override
    public boolean has(int c) {
      return in(ranges, c);
    }
  }

  private static boolean in(int[] ranges, int c) {
    int at = Arrays.binarySearch(ranges, c);
    // between two entries: inside a range if the entry before is the first of one
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  // The tables are in classes of their own, so that a start that needs none of them reads none.

  private static final class InertInNormalForms {

    /** Take part in a decomposition, a composition or a reordering today, and did not then. */
    static final int[] RANGES = ranges(""
        + "7FD 897-89F 8CA-8D3 9FE C3C D3B-D3C EBA 1715 1ABF-1ACE 1DF6-1DFA 32FF A7F2-A7F4 A82C AB69 105C9 "
        + "105D2 105DA 105E4 10781-10785 10787-107B0 107B2-107BA 10D24-10D27 10D69-10D6D 10EAB-10EAC "
        + "10EFD-10EFF 10F46-10F50 10F82-10F85 11070 1133B 11382-11385 1138B 1138E 11390-11391 113B8 113BB "
        + "113C2 113C5 113C7-113C9 113CE-113D0 1145E 11839-1183A 11930 11935 11938 1193D-1193E 11943 119E0 "
        + "11A34 11A47 11A99 11D42 11D44-11D45 11D97 11F41-11F42 1611E-16129 1612F 16D63 16D67-16D6A "
        + "16FF0-16FF1 1CCD6-1CCF9 1E030-1E06D 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF 1E4EC-1E4EF 1E5EE-1E5EF "
        + "1F16C 1FBF0-1FBF9");
  }

  private static final class Sets {

    /** Marks today, not then. */
    private static final int[] NOT_YET_MARKS = ranges(""
        + "7FD 897-89F 8CA-8D3 9FE AFA-AFF B55 C04 C3C CF3 D00 D3B-D3C D81 EBA ECE 1715 180F 1ABF-1ACE 1CF7 "
        + "1DF6-1DFA A82C A8FF 10D24-10D27 10D69-10D6D 10EAB-10EAC 10EFC-10EFF 10F46-10F50 10F82-10F85 11070 "
        + "11073-11074 110C2 11145-11146 111C9 111CE-111CF 11241 1133B 113B8-113C0 113C2 113C5 113C7-113CA "
        + "113CC-113D0 113D2 113E1-113E2 1145E 1182C-1183A 11930-11935 11937-11938 1193B-1193E 11940 "
        + "11942-11943 119D1-119D7 119DA-119E0 119E4 11A01-11A0A 11A33-11A39 11A3B-11A3E 11A47 11A51-11A5B "
        + "11A8A-11A99 11D31-11D36 11D3A 11D3C-11D3D 11D3F-11D45 11D47 11D8A-11D8E 11D90-11D91 11D93-11D97 "
        + "11EF3-11EF6 11F00-11F01 11F03 11F34-11F3A 11F3E-11F42 11F5A 13440 13447-13455 1611E-1612F 16F4F "
        + "16F7F-16F87 16FE4 16FF0-16FF1 1CF00-1CF2D 1CF30-1CF46 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF "
        + "1E4EC-1E4EF 1E5EE-1E5EF");

    /** Punctuation today, not then. */
    private static final int[] NOT_YET_PUNCTUATION = ranges(""
        + "61D 9FD A76 C77 C84 1B4E-1B4F 1B7D-1B7F 2E43-2E4F 2E52-2E5D 10D6E 10EAD 10F55-10F59 10F86-10F89 "
        + "113D4-113D5 113D7-113D8 1144B-1144F 1145A-1145B 1145D 11660-1166C 116B9 1183B 11944-11946 119E2 "
        + "11A3F-11A46 11A9A-11A9C 11A9E-11AA2 11B00-11B09 11BE1 11C41-11C45 11C70-11C71 11EF7-11EF8 "
        + "11F43-11F4F 11FFF 12FF1-12FF2 16D6D-16D6F 16E97-16E9A 16FE2 1E5FF 1E95E-1E95F");

    static final CodePoints MARKS = CodePoints.property("M").and(new CodePoints(new In(NOT_YET_MARKS)).not())
        .or(CodePoints.range(0x1CF2, 0x1CF3));

    static final CodePoints PUNCTUATION = CodePoints.property("P")
        .and(new CodePoints(new In(NOT_YET_PUNCTUATION)).not())
        .or(CodePoints.property("S").and(CodePoints.range(0, 127)))
        .or(CodePoints.range(0x166D, 0x166D)).or(CodePoints.range(0x111C9, 0x111C9));
  }
}
