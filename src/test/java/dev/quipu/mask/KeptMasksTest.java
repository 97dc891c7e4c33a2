package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeptMasksTest {

  private static final TokenTrie TRIE = TokenTrie.of(new byte[][] {{'a'}, {'a', 'b'}, {'b'}});

  /** Lets an a pass, and nothing behind it. */
  private static final class Letter extends Lexeme {

    @Override
    public Lexeme next(int b) {
      return b == 'a' ? new Letter() : null;
    }
  }

  private static Letter[] kept(int states, KeptMasks masks) {
    Letter[] letters = Stream.generate(Letter::new).limit(states).toArray(Letter[]::new);
    for (Letter letter : letters) {
      masks.keep(letter, LexemeMask.of(letter, TRIE, new Slices(TRIE)));
    }
    return letters;
  }

  private static int[] withMask(Letter[] letters) {
    return IntStream.range(0, letters.length).filter(i -> letters[i].mask != null).toArray();
  }

  @Test
  void areTheLast() {
    assertThat(withMask(kept(10, new KeptMasks(4, Long.MAX_VALUE)))).containsExactly(6, 7, 8, 9);
  }

  @Test
  void takeNoMoreBytesThanSaid() {
    int size = LexemeMask.of(new Letter(), TRIE, new Slices(TRIE)).size;
    assertThat(withMask(kept(10, new KeptMasks(100, 3L * size)))).containsExactly(7, 8, 9);
    assertThat(withMask(kept(10, new KeptMasks(100, 3L * size - 1)))).containsExactly(8, 9);
  }

  @Test
  void doNotKeepTheirStates() throws InterruptedException {
    var masks = new KeptMasks(100, Long.MAX_VALUE);
    var state = new WeakReference<>(kept(1, masks)[0]);
    for (int i = 0; i < 100 && state.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(state.get()).isNull();
  }
}
