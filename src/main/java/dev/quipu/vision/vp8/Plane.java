package dev.quipu.vision.vp8;

import java.util.Arrays;

/**
 * One channel of a frame, in whole macroblocks. Around it lies what the prediction sees beyond the frame: a row of 127
 * above it, a column of 129 at its left.
 */
final class Plane {

  final byte[] samples;
  final int stride;

  Plane(int width, int height) {
    stride = width + 1;
    samples = new byte[stride * (height + 1)];
    Arrays.fill(samples, 0, stride, (byte) 127);
    for (int y = 0; y < height; y++) {
      samples[at(-1, y)] = (byte) 129;
    }
  }

  int at(int x, int y) {
    return (y + 1) * stride + x + 1;
  }

  int get(int x, int y) {
    return samples[at(x, y)] & 0xFF;
  }

  static byte clipped(int sample) {
    return (byte) Math.clamp(sample, 0, 255);
  }
}
