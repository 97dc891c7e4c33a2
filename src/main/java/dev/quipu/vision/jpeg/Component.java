package dev.quipu.vision.jpeg;

import java.util.Arrays;

/** One channel of a picture, in blocks of 8×8 samples. */
final class Component {

  static final int BLOCK = 64;

  final int id;
  final int across; // how many of its samples there are where the finest component has the most: 1 … 4
  final int down;
  final int table; // of steps
  int width; // in samples
  int height;
  int blocksAcross; // that hold samples
  int blocksDown;
  int blockStride; // with those that only fill up
  byte[] samples; // [8 · blocks, stride]
  short[] levels; // [blocks, 64], where there is more than one scan
  short[] steps; // as they were when its first scan began, or null

  int meanCode; // tables of the current scan
  int restCode;
  int mean; // the last one

  /** Of each coefficient, how many low bits are not known; −1: nothing is. */
  final int[] unknownBits = new int[BLOCK];

  Component(int id, int sampling, int table) {
    this.id = id;
    this.across = sampling >> 4;
    this.down = sampling & 15;
    this.table = table;
    Arrays.fill(unknownBits, -1);
  }

  /** @param most of all components: across, down */
  void size(int pictureWidth, int pictureHeight, int mostAcross, int mostDown) {
    width = Math.ceilDiv(pictureWidth * across, mostAcross);
    height = Math.ceilDiv(pictureHeight * down, mostDown);
    blocksAcross = Math.ceilDiv(width, 8);
    blocksDown = Math.ceilDiv(height, 8);
    blockStride = Math.ceilDiv(pictureWidth, 8 * mostAcross) * across;
  }

  int rowsOfBlocks(int pictureHeight, int mostDown) {
    return Math.ceilDiv(pictureHeight, 8 * mostDown) * down;
  }

  int stride() {
    return 8 * blockStride;
  }
}
