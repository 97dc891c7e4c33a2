package dev.quipu.vision.jpeg;

/**
 * Rows of a component at the size of the picture. Halves are enlarged by a triangle of weights, 3 : 1 of the nearest
 * samples, everything else by repeating; as libjpeg does it, which rounds up and down in turns.
 */
final class Enlarger {

  private final Component component;
  private final int across; // how often a sample is needed
  private final int down;
  private final int[] sums; // of the nearest rows, by column

  private Enlarger(Component component, int across, int down) {
    this.component = component;
    this.across = across;
    this.down = down;
    this.sums = new int[component.width];
  }

  /** Null where no whole number of samples stands for one. */
  static Enlarger of(Component component, int mostAcross, int mostDown) {
    if (mostAcross % component.across != 0 || mostDown % component.down != 0) {
      return null;
    }
    return new Enlarger(component, mostAcross / component.across, mostDown / component.down);
  }

  /** Row y of the picture, in out[first], out[first + step] …, which ends with the picture. */
  void row(int y, int[] out, int first, int step) {
    boolean smoothAcross = across == 2 && component.width > 2;
    if (down == 2 && (across == 1 || smoothAcross && across == 2)) {
      mix(y);
      if (across == 1) {
        int bias = y % 2 == 0 ? 1 : 2;
        for (int x = 0, at = first; at < out.length; x++, at += step) {
          out[at] = sums[x] + bias >> 2;
        }
      } else {
        triangle(out, first, step, 8, 7, 4);
      }
    } else if (down == 1 && smoothAcross) {
      for (int x = 0; x < sums.length; x++) {
        sums[x] = sample(x, y);
      }
      triangle(out, first, step, 1, 2, 2);
    } else {
      for (int x = 0, at = first; at < out.length; x++, at += step) {
        out[at] = sample(x / across, y / down);
      }
    }
  }

  private int sample(int x, int y) {
    return component.samples[y * component.stride() + x] & 0xFF;
  }

  /** The nearest row three times, the next nearest once. */
  private void mix(int y) {
    int near = y / 2;
    int far = Math.clamp(y % 2 == 0 ? near - 1 : near + 1, 0, component.height - 1);
    for (int x = 0; x < sums.length; x++) {
      sums[x] = 3 * sample(x, near) + sample(x, far);
    }
  }

  /** Two from each sum: with the one before it, and with the next. The ends have no other. */
  private void triangle(int[] out, int first, int step, int leftBias, int rightBias, int shift) {
    int last = sums.length - 1;
    for (int x = 0, at = first; at < out.length; x++, at += 2 * step) {
      int left = sums[Math.max(x - 1, 0)];
      int right = sums[Math.min(x + 1, last)];
      out[at] = 3 * sums[x] + left + leftBias >> shift;
      if (at + step < out.length) {
        out[at + step] = 3 * sums[x] + right + rightBias >> shift;
      }
    }
  }
}
