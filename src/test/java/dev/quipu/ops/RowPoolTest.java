package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowPoolTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 16})
  void everyItemRunsOnceAtAnyNumberOfThreads(int threads) {
    try (RowPool pool = new RowPool(threads)) {
      for (int items = 0; items < 300; items++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(items);
        pool.run((from, to, worker) -> {
          assertThat(worker).isBetween(0, threads - 1);
          for (int i = from; i < to; i++) {
            runs.incrementAndGet(i);
          }
        }, items);
        for (int i = 0; i < items; i++) {
          assertThat(runs.get(i)).as("item %d of %d", i, items).isEqualTo(1);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aTasksExceptionReachesTheCallerAndThePoolGoesOn(int threads) {
    try (RowPool pool = new RowPool(threads)) {
      assertThatThrownBy(() -> pool.run((from, to, worker) -> {
        throw new IllegalStateException("no");
      }, 10)).isInstanceOf(IllegalStateException.class).hasMessage("no");
      AtomicIntegerArray runs = new AtomicIntegerArray(1);
      pool.run((from, to, worker) -> runs.addAndGet(0, to - from), 10);
      assertThat(runs.get(0)).isEqualTo(10);
    }
  }
}
