package dev.quipu.vision.vp8;

/**
 * Luma and two planes of colour differences, of half its width and height, to red, green and blue as libwebp makes
 * them: each difference is a mean of the four nearest, in ratio 9 : 3 : 3 : 1, in whole numbers.
 */
final class Colours {

  private final Plane luma;
  private final Plane blueness;
  private final Plane redness;
  private final int width;
  private final int height;

  Colours(Plane luma, Plane blueness, Plane redness, int width, int height) {
    this.luma = luma;
    this.blueness = blueness;
    this.redness = redness;
    this.width = width;
    this.height = height;
  }

  /** [height, width, 3]. */
  byte[] rgb() {
    byte[] rgb = new byte[3 * width * height];
    int[] u = new int[width];
    int[] v = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      enlarge(blueness, y, u);
      enlarge(redness, y, v);
      for (int x = 0; x < width; x++) {
        int light = high(luma.get(x, y), 19077);
        rgb[at++] = level(light + high(v[x], 26149) - 14234);
        rgb[at++] = level(light - high(u[x], 6419) - high(v[x], 13320) + 8708);
        rgb[at++] = level(light + high(u[x], 33050) - 17685);
      }
    }
    return rgb;
  }

  /** The differences of row y of the picture, from the nearest row of the plane and the next nearest. */
  private void enlarge(Plane plane, int y, int[] out) {
    int lastRow = (height - 1) / 2;
    int near = y / 2;
    int far = Math.clamp(y % 2 == 0 ? near - 1 : near + 1, 0, lastRow);
    out[0] = ends(plane.get(0, near), plane.get(0, far));
    for (int i = 1; i <= (width - 1) / 2; i++) {
      int nearLeft = plane.get(i - 1, near);
      int nearRight = plane.get(i, near);
      int farLeft = plane.get(i - 1, far);
      int farRight = plane.get(i, far);
      int all = nearLeft + nearRight + farLeft + farRight + 8;
      out[2 * i - 1] = (all + 2 * (nearRight + farLeft) >> 3) + nearLeft >> 1;
      out[2 * i] = (all + 2 * (nearLeft + farRight) >> 3) + nearRight >> 1;
    }
    if (width % 2 == 0) {
      int last = width / 2 - 1;
      out[width - 1] = ends(plane.get(last, near), plane.get(last, far));
    }
  }

  private static int ends(int near, int far) {
    return 3 * near + far + 2 >> 2;
  }

  private static int high(int x, int factor) {
    return x * factor >> 8;
  }

  private static byte level(int x) {
    return Plane.clipped(x >> 6);
  }
}
