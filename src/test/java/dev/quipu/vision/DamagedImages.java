package dev.quipu.vision;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Some hundred image files that are cut short, changed, far too large, or not what their name says: made from files of
 * the goldens, always the same bytes. tools/judge_images.py asks Pillow about them.
 */
final class DamagedImages {

  /** One of each kind there is. */
  private static final List<String> WHOLE = List.of(
      "gemma3-grey/0.png", "gemma3-rgba/0.png", "gemma3-palette-transparent/0.png", "gemma3-palette-4/0.png",
      "gemma3-one-bit/0.png", "gemma3-grey-16/0.png", "gemma3-rgb-16/0.png", "gemma3-interlaced/0.png",
      "gemma3-jpeg-420/0.jpg", "gemma3-jpeg-422/0.jpg", "gemma3-jpeg-444/0.jpg", "gemma3-jpeg-progressive/0.jpg",
      "gemma3-jpeg-grey/0.jpg", "gemma3-jpeg-cmyk/0.jpg", "gemma3-jpeg-ycck/0.jpg", "gemma3-exif-6/0.jpg",
      "gemma3-webp/0.webp", "gemma3-webp-alpha/0.webp", "gemma3-webp-lossless/0.webp",
      "gemma3-webp-lossless-alpha/0.webp", "gemma3-gif/0.gif", "gemma3-gif-transparent/0.gif",
      "gemma3-gif-animated/0.gif", "gemma3-gif-beside/0.gif", "gemma3-bmp/0.bmp", "gemma3-bmp-palette/0.bmp",
      "gemma3-bmp-one-bit/0.bmp", "gemma3-bmp-alpha/0.bmp");

  private static final List<String> SUFFIXES = List.of(".png", ".jpg", ".webp", ".gif", ".bmp");

  /** A file's name and content. */
  record Damaged(String name, byte[] bytes) {}

  private final List<Damaged> files = new ArrayList<>();

  private DamagedImages() {}

  static List<Damaged> all() throws IOException {
    DamagedImages images = new DamagedImages();
    for (String whole : WHOLE) {
      images.damage(whole.replace("/0.", "."), Files.readAllBytes(Path.of("golden", "image").resolve(whole)));
    }
    images.addHuge();
    images.addMislabelled();
    return images.files;
  }

  /** Writes all of them into the folder. */
  public static void main(String[] folder) throws IOException {
    Path to = Files.createDirectories(Path.of(folder[0]));
    for (Damaged damaged : all()) {
      Files.write(to.resolve(damaged.name), damaged.bytes);
    }
  }

  private void add(String what, String name, byte[] bytes) {
    files.add(new Damaged(what + "-" + name, bytes));
  }

  private void damage(String name, byte[] whole) {
    Random random = new Random(name.hashCode());
    add("eighth", name, Arrays.copyOf(whole, whole.length / 8));
    add("cut", name, Arrays.copyOf(whole, random.nextInt(whole.length)));
    add("end-missing", name, Arrays.copyOf(whole, whole.length - 1 - random.nextInt(20)));
    for (int count : new int[] {1, 4, 30}) {
      add("changed-" + count, name, changed(whole, count, whole.length, random));
    }
    add("head", name, changed(whole, 2, Math.min(64, whole.length), random));
    add("zeros", name, filled(whole, (byte) 0, random));
    add("ones", name, filled(whole, (byte) -1, random));
    int from = random.nextInt(whole.length);
    int to = Math.min(from + 1 + random.nextInt(50), whole.length);
    add("removed", name, joined(Arrays.copyOf(whole, from), Arrays.copyOfRange(whole, to, whole.length)));
    byte[] more = new byte[1 + random.nextInt(50)];
    random.nextBytes(more);
    add("inserted", name, joined(Arrays.copyOf(whole, from), more, Arrays.copyOfRange(whole, from, whole.length)));
    add("longer", name, joined(whole, more));
    String suffix = name.substring(name.lastIndexOf('.'));
    String other = SUFFIXES.get((SUFFIXES.indexOf(suffix) + 1) % SUFFIXES.size());
    add("mislabelled", name.replace(suffix, other), whole);
  }

  private static byte[] changed(byte[] whole, int count, int end, Random random) {
    byte[] changed = whole.clone();
    for (int i = 0; i < count; i++) {
      changed[random.nextInt(end)] = (byte) random.nextInt();
    }
    return changed;
  }

  private static byte[] filled(byte[] whole, byte value, Random random) {
    byte[] filled = whole.clone();
    int from = random.nextInt(whole.length);
    Arrays.fill(filled, from, Math.min(from + 1 + random.nextInt(200), whole.length), value);
    return filled;
  }

  private static byte[] joined(byte[]... parts) {
    ByteBuffer joined = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(part -> part.length).sum());
    for (byte[] part : parts) {
      joined.put(part);
    }
    return joined.array();
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Headers that promise more than any memory holds, with little or nothing behind them. */
  private void addHuge() {
    int[][] sizes = {{65_535, 65_535}, {20_000, 20_000}, {100_000, 2_000}, {Integer.MAX_VALUE, 1}, {1, -1}, {0, 10}};
    for (int[] size : sizes) {
      String of = size[0] + "x" + size[1];
      add("huge-" + of, "header.png", joined(pngHeader(size[0], size[1]), pngData(new byte[] {1, 2, 3})));
      add("huge-" + of, "zeros.png", joined(pngHeader(size[0], size[1]),
          pngData(latin("x\u009cc`\0\0\0\1\0\1")), chunk("IEND", new byte[0])));
      add("huge-" + of, "plain.bmp", bmp(size[0], size[1], 24));
      add("huge-" + of, "bits.bmp", bmp(size[0], size[1], 1));
      byte[] screen = {(byte) size[0], (byte) (size[0] >> 8), (byte) size[1], (byte) (size[1] >> 8)};
      add("huge-" + of, "screen.gif", joined(latin("GIF89a"), screen, latin("\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;")));
      add("huge-" + of, "frame.gif", joined(latin("GIF89a\1\0\1\0\0\0\0,\0\0\0\0"), screen, latin("\0\2\2D\1\0;")));
      byte[] frame = {(byte) (size[1] >> 8), (byte) size[1], (byte) (size[0] >> 8), (byte) size[0]};
      add("huge-" + of, "frame.jpg", joined(latin("\u00ff\u00d8\u00ff\u00c0\0\13\b"), frame,
          latin("\1\1\21\0\u00ff\u00da\0\b\1\1\0\0?\0\u00ff\u00d9")));
    }
    add("huge", "canvas.webp", latin("RIFF\26\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff"));
    add("huge", "lossless.webp", latin("RIFF\26\0\0\0WEBPVP8L\12\0\0\0/\u00ff\u00ff\u00ff\17\0\0\0\0\0"));
    add("huge", "lossy.webp", latin("RIFF\30\0\0\0WEBPVP8 \f\0\0\0\20\0\0\u009d\1*\u00ff?\u00ff?\0\0"));
  }

  private static byte[] pngHeader(int width, int height) {
    byte[] size = ByteBuffer.allocate(13).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0}).array();
    return joined(latin("\u0089PNG\r\n\u001a\n"), chunk("IHDR", size));
  }

  private static byte[] pngData(byte[] data) {
    return chunk("IDAT", data);
  }

  private static byte[] chunk(String name, byte[] content) {
    CRC32 checksum = new CRC32();
    checksum.update(joined(latin(name), content));
    return ByteBuffer.allocate(12 + content.length).putInt(content.length).put(latin(name)).put(content)
        .putInt((int) checksum.getValue()).array();
  }

  private static byte[] bmp(int width, int height, int bits) {
    ByteBuffer bmp = ByteBuffer.allocate(14 + 40 + 64).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    return bmp.put(latin("BM")).putInt(118).putInt(0).putInt(62).putInt(40).putInt(width).putInt(height)
        .putShort((short) 1).putShort((short) bits).array();
  }

  /** Starts of other files, and of images that never come. */
  private void addMislabelled() {
    String[] contents = {
      "", "\n", "B", "BM", "BMW is no picture", "GIF", "GIF89a", "GIF88a\1\0\1\0", "\u0089PNG", "\u0089PNG\r\n\u001a\n",
      "\u0089PNG\r\n\u001a\n\u00ff\u00d8\u00ff\u00e0", "\u00ff\u00d8", "\u00ff\u00d8\u00ff", "\u00ff\u00d8\u00ff\u00d9",
      "\u00ff\u00d8\u00ff\u00e0\0\20JFIF\0\1\1\0\0\1\0\1\0\0\u00ff\u00d9", "\u00ff\u00d8\u0089PNG\r\n", "RIFF",
      "RIFF\4\0\0\0WEBP", "RIFF\20\0\0\0WAVEfmt \4\0\0\0abcd", "RIFF\20\0\0\0WEBPJUNK\4\0\0\0abcd",
      "RIFF\377\377\377\377WEBPVP8 ", "<!DOCTYPE html><title>404</title>",
      "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
      "<?xml version=\"1.0\"?>", "{\"error\": \"not found\"}", "%PDF-1.7\n", "PK\3\4\24\0\0\0", "\37\u008b\b\0\0\0\0\0",
      "\177ELF\2\1\1\0", "\0\0\0\40ftypavif\0\0\0\0", "\0\0\0\40ftypheic\0\0\0\0", "\0\0\0\40ftypisom\0\0\0\0",
      "II*\0\b\0\0\0", "MM\0*\0\0\0\b", "8BPS\0\1", "\0\0\1\0\1\0", "data:image/png;base64,iVBORw0KGgo=",
      "version https://git-lfs.github.com/spec/v1\n"
    };
    for (int i = 0; i < contents.length; i++) {
      add("other-" + i, "file" + SUFFIXES.get(i % SUFFIXES.size()), latin(contents[i]));
    }
  }
}
