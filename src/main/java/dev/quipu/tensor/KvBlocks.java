package dev.quipu.tensor;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The blocks of a cache's keys, or of its values. A shared block is another cache's, too: it is copied before it is
 * written to. Knows not what a block holds.
 */
abstract sealed class KvBlocks permits FloatBlocks, PackedBlocks {

  private Object[] blocks = new Object[4];
  private final BitSet shared = new BitSet();
  private final ArrayDeque<Object> spare = new ArrayDeque<>();

  final Object get(int block) {
    return blocks[block];
  }

  /** The block, for others to read: it does not change from now on. */
  final Object share(int block) {
    shared.set(block);
    return blocks[block];
  }

  /** Takes a block that is shared. */
  final void adopt(int block, Object numbers) {
    makeRoom(block);
    blocks[block] = numbers;
    shared.set(block);
  }

  /** Makes a block one that can be written to. */
  final void ensure(int block) {
    makeRoom(block);
    if (blocks[block] == null) {
      Object used = spare.poll();
      blocks[block] = used != null ? used : create();
    } else if (shared.get(block)) {
      blocks[block] = copy(blocks[block]);
    }
    shared.clear(block);
  }

  private void makeRoom(int block) {
    if (block >= blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * block);
    }
  }

  /** Lets go of a block; its memory is for another. */
  final void release(int block) {
    if (shared.get(block)) {
      shared.clear(block);
    } else {
      spare.add(blocks[block]);
    }
    blocks[block] = null;
  }

  /** A block of zeros. */
  abstract Object create();

  abstract Object copy(Object block);

  /** Stores the hd numbers {@code from[at …]} of a head at position {@code slot} of a block. */
  abstract void store(int block, int head, int slot, float[] from, int at);

  abstract float number(int block, int head, int slot, int channel);

  /** Bytes of a block. */
  abstract long bytes();
}
