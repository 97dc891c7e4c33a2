package dev.quipu.mask;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuccessorsTest {

  @Test
  void areWhatWasPutLast() {
    var random = new Random(1);
    for (int round = 0; round < 100; round++) {
      String[] states = IntStream.range(0, 1 + random.nextInt(40)).mapToObj(i -> "state " + i).toArray(String[]::new);
      var successors = new Successors<String>();
      String[] expected = new String[256];
      for (int i = 0; i < 200; i++) {
        int first = random.nextInt(256);
        int last = Math.min(255, first + random.nextInt(1 + random.nextInt(100)));
        String state = random.nextInt(10) == 0 ? null : states[random.nextInt(states.length)];
        successors.fill(first, last, state);
        Arrays.fill(expected, first, last + 1, state);
        int b = random.nextInt(256);
        successors.put(b, states[0]);
        expected[b] = states[0];
      }
      for (int b = 0; b < 256; b++) {
        assertThat(successors.get(b)).isSameAs(expected[b]);
      }
    }
  }

  /** A byte has 256 values, of which one says that nothing is known. */
  @Test
  void forgetWhatDoesNotFit() {
    var successors = new Successors<Integer>();
    for (int b = 0; b < 256; b++) {
      assertThat(successors.get(b)).isNull();
      successors.put(b, 1000 + b);
    }
    for (int b = 0; b < 256; b++) {
      assertThat(successors.get(b)).isEqualTo(b < 255 ? 1000 + b : null);
    }
  }

  @Test
  void areNeverOthers() {
    var successors = new Successors<Integer>();
    for (int state = 1000; state < 2000; state++) {
      successors.fill('a', 'z', state);
      assertThat(successors.get('k')).isIn(state, null);
    }
  }
}
