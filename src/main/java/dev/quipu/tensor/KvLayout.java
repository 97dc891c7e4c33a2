package dev.quipu.tensor;

import static dev.quipu.tensor.KvCache.BLOCK;
import static dev.quipu.tensor.KvCache.STRIP;

/**
 * Where the numbers of a block stand: in strips of {@link KvCache#STRIP} columns. A strip of keys has a row a channel,
 * of neighbouring positions; a strip of values has a row a position, of neighbouring channels.
 *
 * @param keys whether the block is of keys
 */
record KvLayout(boolean keys, int kvHeads, int headDim) {

  /** hd, of values filled up to whole strips. */
  int channels() {
    return keys ? headDim : Math.ceilDiv(headDim, STRIP) * STRIP;
  }

  /** Numbers of a block. */
  int size() {
    return kvHeads * BLOCK * channels();
  }

  /** Where the strip begins that holds a channel of the position {@code slot} of the block. */
  int strip(int head, int slot, int channel) {
    return keys
        ? (head * BLOCK + slot / STRIP * STRIP) * headDim
        : (head * channels() + channel / STRIP * STRIP) * BLOCK;
  }

  int row(int slot, int channel) {
    return keys ? channel : slot;
  }

  int column(int slot, int channel) {
    return (keys ? slot : channel) % STRIP;
  }

  int at(int head, int slot, int channel) {
    return strip(head, slot, channel) + row(slot, channel) * STRIP + column(slot, channel);
  }

  /** So many neighbouring channels stand {@link #step} apart. */
  int run() {
    return keys ? headDim : STRIP;
  }

  int step() {
    return keys ? STRIP : 1;
  }
}
