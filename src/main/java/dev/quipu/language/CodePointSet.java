package dev.quipu.language;

import java.util.Arrays;

/** A set of characters: code points without the surrogates, which no text in UTF-8 can have. Immutable. */
public final class CodePointSet {

  public static final CodePointSet NONE = new CodePointSet(new int[0]);
  public static final CodePointSet ALL = new CodePointSet(new int[] {0, 0xD800, 0xE000, 0x110000});
  private static final CodePointSet[] ASCII = ascii();
  private static final int UNION = 0b1110;
  private static final int COMMON = 0b1000;
  private static final int FIRST_ONLY = 0b0010;

  /** Where ranges begin (at even places) and the first code points behind them (at odd places), rising. */
  private final int[] bounds;
  private final long low;
  private final long high;
  private final int hash;

  private CodePointSet(int[] bounds) {
    this.bounds = bounds;
    this.low = bits(bounds, 0);
    this.high = bits(bounds, 64);
    this.hash = Arrays.hashCode(bounds);
  }

  private static CodePointSet[] ascii() {
    CodePointSet[] sets = new CodePointSet[128];
    for (int c = 0; c < 128; c++) {
      sets[c] = new CodePointSet(new int[] {c, c + 1});
    }
    return sets;
  }

  private static long bits(int[] bounds, int from) {
    long bits = 0;
    for (int i = 0; i < bounds.length && bounds[i] < from + 64; i += 2) {
      for (int c = Math.max(bounds[i], from); c < Math.min(bounds[i + 1], from + 64); c++) {
        bits |= 1L << c;
      }
    }
    return bits;
  }

  public static CodePointSet of(int codePoint) {
    return codePoint < 128 ? ASCII[codePoint] : range(codePoint, codePoint);
  }

  /** Both ends belong to it. */
  public static CodePointSet range(int first, int last) {
    return ofRanges(first, last);
  }

  /** First, last, first, last …; in any order. */
  public static CodePointSet ofRanges(int... ends) {
    CodePointSet sum = NONE;
    for (int i = 0; i < ends.length; i += 2) {
      sum = sum.or(new CodePointSet(new int[] {ends[i], ends[i + 1] + 1}));
    }
    return sum.isEmpty() ? NONE : sum.combine(ALL, COMMON);
  }

  /** The characters of a text. */
  public static CodePointSet anyOf(String characters) {
    CodePointSet sum = NONE;
    for (int c : characters.codePoints().toArray()) {
      sum = sum.or(of(c));
    }
    return sum;
  }

  /** From bounds as they are kept, which this set owns from then on. */
  static CodePointSet ofBounds(int[] bounds) {
    return new CodePointSet(bounds);
  }

  public boolean contains(int codePoint) {
    if (codePoint < 128) {
      return ((codePoint < 64 ? low : high) >>> codePoint & 1) != 0;
    }
    int at = Arrays.binarySearch(bounds, codePoint);
    return ((at >= 0 ? at : -at - 2) & 1) == 0;
  }

  /** The smallest member from first to last; -1 if there is none. */
  int firstIn(int first, int last) {
    for (int i = 0; i < bounds.length; i += 2) {
      if (bounds[i + 1] > first) {
        int member = Math.max(bounds[i], first);
        return member <= last ? member : -1;
      }
    }
    return -1;
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  public int size() {
    int size = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      size += bounds[i + 1] - bounds[i];
    }
    return size;
  }

  public CodePointSet or(CodePointSet other) {
    if (this == other || other.isEmpty()) {
      return this;
    }
    return isEmpty() ? other : combine(other, UNION);
  }

  public CodePointSet and(CodePointSet other) {
    if (this == other || isEmpty() || other == ALL) {
      return this;
    }
    return other.isEmpty() || this == ALL ? other : combine(other, COMMON);
  }

  public CodePointSet minus(CodePointSet other) {
    if (this == other) {
      return NONE;
    }
    return isEmpty() || other.isEmpty() ? this : combine(other, FIRST_ONLY);
  }

  public CodePointSet not() {
    return ALL.minus(this);
  }

  public boolean containsAll(CodePointSet other) {
    if (this == ALL || (other.low & ~low) != 0 || (other.high & ~high) != 0) {
      return this == ALL;
    }
    for (int range = 0, at = 0; range < other.ranges(); range++) {
      while (at < ranges() && last(at) < other.last(range)) {
        at++;
      }
      if (at == ranges() || first(at) > other.first(range)) {
        return false;
      }
    }
    return true;
  }

  /** Bit 1: whether what is only in this set belongs to the result; bit 2: only in the other; bit 3: in both. */
  private CodePointSet combine(CodePointSet other, int which) {
    int[] a = bounds;
    int[] b = other.bounds;
    int[] result = new int[a.length + b.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      int at = Math.min(i < a.length ? a[i] : Integer.MAX_VALUE, j < b.length ? b[j] : Integer.MAX_VALUE);
      i += i < a.length && a[i] == at ? 1 : 0;
      j += j < b.length && b[j] == at ? 1 : 0;
      int inside = which >> ((i & 1) + 2 * (j & 1)) & 1;
      if (inside != (size & 1)) {
        result[size++] = at;
      }
    }
    return size == 0 ? NONE : of(result, size);
  }

  private static CodePointSet of(int[] bounds, int size) {
    if (size == 2 && bounds[1] == bounds[0] + 1 && bounds[0] < 128) {
      return ASCII[bounds[0]];
    }
    return Arrays.equals(bounds, 0, size, ALL.bounds, 0, ALL.bounds.length)
        ? ALL : new CodePointSet(size == bounds.length ? bounds : Arrays.copyOf(bounds, size));
  }

  /** Its smallest code point. */
  public int first() {
    return bounds[0];
  }

  /** A member that people like to read: a letter, a digit, a printable character; else the smallest. */
  public int example() {
    for (CodePointSet liked : Liked.SETS) {
      CodePointSet both = and(liked);
      if (!both.isEmpty()) {
        return both.first();
      }
    }
    return first();
  }

  /** How many ranges it has. */
  public int ranges() {
    return bounds.length / 2;
  }

  public int first(int range) {
    return bounds[2 * range];
  }

  public int last(int range) {
    return bounds[2 * range + 1] - 1;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof CodePointSet set && hash == set.hash && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < ranges(); i++) {
      text.append(show(first(i)));
      if (last(i) > first(i)) {
        text.append('-').append(show(last(i)));
      }
    }
    return text.append(']').toString();
  }

  private static String show(int c) {
    return c > 32 && c < 127 ? Character.toString(c) : String.format("\\u{%X}", c);
  }

  /** What an example is chosen from, the best first. */
  private static final class Liked {

    static final CodePointSet[] SETS = {range('a', 'z'), range('A', 'Z'), range('0', '9'), range(' ', '~'),
        range(0xA1, 0x24F), range(0x370, 0xD7FF)};
  }
}
