package dev.quipu.vision.vp8l;

import dev.quipu.vision.vp8l.Transform.CrossColour;
import dev.quipu.vision.vp8l.Transform.Palette;
import dev.quipu.vision.vp8l.Transform.Prediction;
import dev.quipu.vision.vp8l.Transform.SubtractGreen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture of VP8L, WebP's lossless format. Its tables (the modes of squares, which codes are in use where, palettes)
 * are small pictures, packed in the same way.
 */
public final class Vp8lDecoder {

  private static final int SIGNATURE = 0x2F;
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int CACHE = LITERALS + LENGTHS; // from here on symbols are places in the cache

  /** The nearest neighbours by distance, as (8 − x) + 16 · y; 120 have a code of their own. */
  private static final String NEIGHBOURS =
      "18 7 17 19 28 6 27 29 16 1a 26 2a 38 5 37 39 15 1b 36 3a 25 2b 48 4 47 49 14 1c 35 3b 46 4a 24 2c 58 45 4b 34 "
          + "3c 3 57 59 13 1d 56 5a 23 2d 44 4c 55 5b 33 3d 68 2 67 69 12 1e 66 6a 22 2e 54 5c 43 4d 65 6b 32 3e 78 1 "
          + "77 79 53 5d 11 1f 64 6c 42 4e 76 7a 21 2f 75 7b 31 3f 63 6d 52 5e 0 74 7c 41 4f 10 20 62 6e 30 73 7d 51 "
          + "5f 40 72 7e 61 6f 50 71 7f 60 70";
  private static final int[] NEAR = neighbours();

  private final BitReader in;

  private Vp8lDecoder(byte[] bytes, int from, int to) {
    in = new BitReader(bytes, from, to);
  }

  private static int[] neighbours() {
    String[] words = NEIGHBOURS.split(" ");
    int[] codes = new int[words.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = Integer.parseInt(words[i], 16);
    }
    return codes;
  }

  /** {width, height} of the picture at bytes[from]. */
  public static int[] size(byte[] bytes, int from, int to) throws IOException {
    if (to - from < 5 || bytes[from] != SIGNATURE || (bytes[from + 4] & 0xE0) != 0) {
      throw new IOException("it is damaged: its picture has no header");
    }
    BitReader header = new BitReader(bytes, from + 1, from + 5);
    return new int[] {header.bits(14) + 1, header.bits(14) + 1};
  }

  /** Its pixels, alpha, red, green and blue in one int each, [height, width]. */
  public static int[] argb(byte[] bytes, int from, int to) throws IOException {
    int[] size = size(bytes, from, to);
    Vp8lDecoder decoder = new Vp8lDecoder(bytes, from, to);
    decoder.in.bits(8);
    decoder.in.bits(32); // the sizes, whether alpha is in use, the version
    return decoder.picture(size[0], size[1]);
  }

  /** As {@link #argb}, of a picture without header, whose green is all that counts. */
  public static int[] ofKnownSize(byte[] bytes, int from, int to, int width, int height) throws IOException {
    return new Vp8lDecoder(bytes, from, to).picture(width, height);
  }

  private int[] picture(int width, int height) throws IOException {
    List<Transform> transforms = new ArrayList<>();
    int packedWidth = width;
    for (int seen = 0; in.flag(); ) {
      int kind = in.bits(2);
      if ((seen & 1 << kind) != 0) {
        throw new IOException("it is damaged: it was transformed twice in the same way");
      }
      seen |= 1 << kind;
      Transform transform = transform(kind, packedWidth, height);
      transforms.add(transform);
      packedWidth = transform instanceof Palette palette ? Math.ceilDiv(width, 1 << palette.bits()) : packedWidth;
    }
    int[] pixels = pixels(packedWidth, height, true);
    for (Transform transform : transforms.reversed()) {
      pixels = transform.undo(pixels);
    }
    return pixels;
  }

  private Transform transform(int kind, int width, int height) throws IOException {
    if (kind == 2) {
      return new SubtractGreen();
    }
    if (kind == 3) {
      return palette(width);
    }
    int bits = 2 + in.bits(3);
    int[] squares = pixels(Math.ceilDiv(width, 1 << bits), Math.ceilDiv(height, 1 << bits), false);
    return kind == 0 ? new Prediction(squares, bits, width) : new CrossColour(squares, bits, width);
  }

  /** Each colour is stored less the one before it. */
  private Palette palette(int width) throws IOException {
    int count = in.bits(8) + 1;
    int bits = count > 16 ? 0 : count > 4 ? 1 : count > 2 ? 2 : 3;
    int[] colours = pixels(count, 1, false);
    for (int i = 1; i < count; i++) {
      colours[i] = Prediction.sum(colours[i], colours[i - 1]);
    }
    return new Palette(colours, bits, width);
  }

  /** @param whole whether it is the picture itself, whose squares may have codes of their own */
  private int[] pixels(int width, int height, boolean whole) throws IOException {
    int cacheBits = in.flag() ? in.bits(4) : -1;
    if (cacheBits == 0 || cacheBits > 11) {
      throw new IOException("it is damaged: a cache of colours with " + cacheBits + " bits");
    }
    Codes codes = codes(width, height, whole, cacheBits);
    return unpack(width, height, codes, new ColourCache(cacheBits));
  }

  /**
   * Prefix codes, by squares.
   *
   * @param groups  five codes each: green and all that is no colour, red, blue, alpha, distances; null if not in use
   * @param squares which group counts, or null where there is one
   */
  private record Codes(PrefixCode[][] groups, int[] squares, int bits, int across) {

    PrefixCode[] at(int x, int y) {
      return squares == null ? groups[0] : groups[group(squares[(y >> bits) * across + (x >> bits)])];
    }

    static int group(int square) {
      return square >> 8 & 0xFFFF;
    }
  }

  private Codes codes(int width, int height, boolean whole, int cacheBits) throws IOException {
    int[] squares = null;
    int bits = 0;
    int count = 1;
    if (whole && in.flag()) {
      bits = 2 + in.bits(3);
      squares = pixels(Math.ceilDiv(width, 1 << bits), Math.ceilDiv(height, 1 << bits), false);
      for (int square : squares) {
        count = Math.max(count, Codes.group(square) + 1);
      }
    }
    boolean[] used = used(squares, count);
    PrefixCode[][] groups = new PrefixCode[count][];
    int[] alphabets = {CACHE + (cacheBits < 0 ? 0 : 1 << cacheBits), LITERALS, LITERALS, LITERALS, DISTANCES};
    for (int i = 0; i < count; i++) {
      PrefixCode[] group = new PrefixCode[alphabets.length];
      for (int j = 0; j < group.length; j++) {
        group[j] = PrefixCode.read(in, alphabets[j]);
      }
      groups[i] = used[i] ? group : null; // thousands of them may be there for nothing
    }
    return new Codes(groups, squares, bits, Math.ceilDiv(width, 1 << bits));
  }

  private static boolean[] used(int[] squares, int count) {
    boolean[] used = new boolean[count];
    used[0] = squares == null;
    for (int i = 0; squares != null && i < squares.length; i++) {
      used[Codes.group(squares[i])] = true;
    }
    return used;
  }

  private int[] unpack(int width, int height, Codes codes, ColourCache cache) throws IOException {
    int[] out = new int[width * height];
    for (int i = 0; i < out.length; ) {
      PrefixCode[] group = codes.at(i % width, i / width);
      int symbol = group[0].symbol(in);
      if (symbol >= LITERALS && symbol < CACHE) {
        i = copy(out, i, symbol - LITERALS, group[4], width, cache);
      } else {
        int pixel = symbol < LITERALS ? literal(group, symbol) : cache.get(symbol - CACHE);
        out[i++] = pixel;
        cache.add(pixel);
      }
    }
    return out;
  }

  private int literal(PrefixCode[] group, int green) throws IOException {
    int red = group[1].symbol(in);
    int blue = group[2].symbol(in);
    return group[3].symbol(in) << 24 | red << 16 | green << 8 | blue;
  }

  /** Repeats what stands some way back; returns where it goes on. */
  private int copy(int[] out, int at, int lengthSymbol, PrefixCode distances, int width, ColourCache cache)
      throws IOException {
    int length = number(lengthSymbol);
    int back = distance(number(distances.symbol(in)), width);
    if (back > at || length > out.length - at) {
      throw new IOException("it is damaged: it repeats what is not there");
    }
    for (int end = at + length; at < end; at++) {
      out[at] = out[at - back];
      cache.add(out[at]);
    }
    return at;
  }

  /** Numbers to 4 have symbols of their own, larger ones some bits more. */
  private int number(int symbol) throws IOException {
    if (symbol < 4) {
      return symbol + 1;
    }
    int extra = symbol - 2 >> 1;
    return (2 + (symbol & 1) << extra) + in.bits(extra) + 1;
  }

  private static int distance(int code, int width) {
    if (code > NEAR.length) {
      return code - NEAR.length;
    }
    int near = NEAR[code - 1];
    return Math.max((near >> 4) * width + 8 - (near & 15), 1);
  }

  /** Colours that were seen lately, each in the place that its bits give it. */
  private static final class ColourCache {

    private final int shift;
    private final int[] colours;

    ColourCache(int bits) {
      shift = 32 - bits;
      colours = new int[bits < 0 ? 0 : 1 << bits];
    }

    void add(int colour) {
      if (colours.length > 0) {
        colours[colour * 0x1E35A7BD >>> shift] = colour;
      }
    }

    int get(int place) {
      return colours[place];
    }
  }
}
