package dev.quipu.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RadixSortTest {

  private final RadixSort sort = new RadixSort();

  @Test
  void theOrderIsThatOfTheLibrary() {
    Random random = new Random(3);
    for (int length : new int[] {0, 1, 2, 17, 5_000, 300}) {
      float[] values = new float[length + 5];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
      }
      assertSorted(values, 3, 3 + length);
    }
  }

  @Test
  void zerosInfinitiesAndEqualsHaveTheirPlace() {
    float[] values = {0f, -0f, Float.POSITIVE_INFINITY, -1, Float.NEGATIVE_INFINITY, -1, Float.MIN_VALUE, -Float.MIN_VALUE,
        Float.MAX_VALUE, -Float.MAX_VALUE, -0f, 0f};
    assertSorted(values, 0, values.length);
  }

  private void assertSorted(float[] values, int from, int to) {
    float[] expected = values.clone();
    Arrays.sort(expected, from, to);
    sort.ascending(values, from, to);
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.floatToRawIntBits(values[i])).as("%d", i).isEqualTo(Float.floatToRawIntBits(expected[i]));
    }
  }
}
