package dev.quipu.tensor;

import static dev.quipu.tensor.KvCache.BLOCK;
import static dev.quipu.tensor.KvCache.STRIP;

import dev.quipu.tensor.KvCache.Codes;

/**
 * Blocks of packed numbers. The codes of a column of a strip follow one another from bit 0 on as those of a row of a
 * weight do ({@link Packing}), in words that stand {@link KvCache#STRIP} apart: the words of the columns lie side by
 * side, so that a row of the strip is had with one shift of whole vectors. Each position has a scale and a bias a group
 * of channels: for keys [Hkv, strips, groups, STRIP], for values [Hkv, groups, BLOCK].
 */
final class PackedBlocks extends KvBlocks {

  private final KvLayout layout;
  private final Packing.Affine packing;
  private final int groups; // of a head
  private final AffineGroup group;

  PackedBlocks(Packing.Affine packing, KvLayout layout) {
    if (layout.headDim() % packing.groupSize() != 0) {
      throw new IllegalArgumentException(
          layout.headDim() + " channels are no multiple of the group size " + packing.groupSize());
    }
    this.layout = layout;
    this.packing = packing;
    this.groups = layout.headDim() / packing.groupSize();
    this.group = new AffineGroup(packing);
  }

  @Override
  Object create() {
    return new Codes(new int[wordOf(layout.size())], new float[scales()], new float[scales()]);
  }

  @Override
  Object copy(Object block) {
    Codes codes = (Codes) block;
    return new Codes(codes.words().clone(), codes.scales().clone(), codes.biases().clone());
  }

  @Override
  void store(int block, int head, int slot, float[] from, int at) {
    Codes codes = (Codes) get(block);
    for (int c = 0; c < layout.headDim(); c += packing.groupSize()) {
      group.quantize(from, at + c);
      int scale = scaleOf(head, slot, c);
      codes.scales()[scale] = group.scale();
      codes.biases()[scale] = group.bias();
      for (int i = 0; i < packing.groupSize(); i++) {
        store(codes.words(), head, slot, c + i, group.code(i));
      }
    }
  }

  /** Stores what is packed already. */
  void store(int block, int head, int slot, PackedRow row) {
    Codes codes = (Codes) get(block);
    for (int c = 0; c < layout.headDim(); c++) {
      store(codes.words(), head, slot, c, row.code(c, packing.bits()));
    }
    for (int g = 0; g < groups; g++) {
      int scale = scaleOf(head, slot, g * packing.groupSize());
      codes.scales()[scale] = row.scales()[g];
      codes.biases()[scale] = row.biases()[g];
    }
  }

  void load(int block, int head, int slot, PackedRow row) {
    Codes codes = (Codes) get(block);
    row.clear();
    for (int c = 0; c < layout.headDim(); c++) {
      row.set(c, packing.bits(), code(codes.words(), head, slot, c));
    }
    for (int g = 0; g < groups; g++) {
      int scale = scaleOf(head, slot, g * packing.groupSize());
      row.scales()[g] = codes.scales()[scale];
      row.biases()[g] = codes.biases()[scale];
    }
  }

  private void store(int[] words, int head, int slot, int channel, int code) {
    int bit = layout.row(slot, channel) * packing.bits();
    int word = wordOf(layout.strip(head, slot, channel)) + bit / Integer.SIZE * STRIP + layout.column(slot, channel);
    int shift = bit % Integer.SIZE;
    int mask = (1 << packing.bits()) - 1;
    words[word] = words[word] & ~(mask << shift) | code << shift;
    if (shift + packing.bits() > Integer.SIZE) {
      int done = Integer.SIZE - shift;
      words[word + STRIP] = words[word + STRIP] & ~(mask >>> done) | code >>> done;
    }
  }

  @Override
  float number(int block, int head, int slot, int channel) {
    Codes codes = (Codes) get(block);
    int scale = scaleOf(head, slot, channel);
    return codes.scales()[scale] * code(codes.words(), head, slot, channel) + codes.biases()[scale];
  }

  private int code(int[] words, int head, int slot, int channel) {
    int bit = layout.row(slot, channel) * packing.bits();
    int word = wordOf(layout.strip(head, slot, channel)) + bit / Integer.SIZE * STRIP + layout.column(slot, channel);
    int shift = bit % Integer.SIZE;
    int code = words[word] >>> shift;
    if (shift + packing.bits() > Integer.SIZE) {
      code |= words[word + STRIP] << Integer.SIZE - shift;
    }
    return code & (1 << packing.bits()) - 1;
  }

  /** The word that the strip begins with which, of floats, would begin at this one. */
  int wordOf(int strip) {
    return strip / Integer.SIZE * packing.bits();
  }

  int scaleOf(int head, int slot, int channel) {
    int number = channel / packing.groupSize();
    return layout.keys()
        ? (head * BLOCK + slot / STRIP * STRIP) * groups + number * STRIP + slot % STRIP
        : (head * groups + number) * BLOCK + slot;
  }

  private int scales() {
    return layout.kvHeads() * BLOCK * groups;
  }

  @Override
  long bytes() {
    return (long) Integer.BYTES * wordOf(layout.size()) + 2L * Float.BYTES * scales();
  }
}
