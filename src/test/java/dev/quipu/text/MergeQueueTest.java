package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MergeQueueTest {

  /** The rule written down once more: always the pair of lowest rank, the leftmost of equals. */
  @Test
  void shortAndLongWordsMergeByRankThenFromTheLeft() {
    var random = new Random(9);
    for (int round = 0; round < 2000; round++) {
      Merges merges = new Merges();
      int tokens = 4;
      for (int i = 0; i < 12; i++) {
        merges.add(random.nextInt(tokens), random.nextInt(tokens), tokens++);
      }
      merges.freeze();
      int[] word = random.ints(random.nextInt(90), 0, 4).toArray();
      int[] expected = byTheRule(merges, word);
      assertThat(merged(merges, word, false)).isEqualTo(expected);
      assertThat(merged(merges, word, true)).isEqualTo(expected);
    }
  }

  private static int[] merged(Merges merges, int[] word, boolean ordered) {
    var queue = new MergeQueue(merges);
    for (int symbol : word) {
      queue.add(symbol);
    }
    queue.mergeAll(ordered);
    return Arrays.copyOf(queue.symbols(), queue.size());
  }

  private static int[] byTheRule(Merges merges, int[] word) {
    int[] symbols = word;
    while (true) {
      int best = -1;
      for (int i = 0; i + 1 < symbols.length; i++) {
        long merge = merges.merge(symbols[i], symbols[i + 1]);
        if (merge != Merges.NONE && (best < 0 || merge < merges.merge(symbols[best], symbols[best + 1]))) {
          best = i;
        }
      }
      if (best < 0) {
        return symbols;
      }
      int[] shorter = new int[symbols.length - 1];
      System.arraycopy(symbols, 0, shorter, 0, best);
      shorter[best] = Merges.resultOf(merges.merge(symbols[best], symbols[best + 1]));
      System.arraycopy(symbols, best + 2, shorter, best + 1, symbols.length - best - 2);
      symbols = shorter;
    }
  }
}
