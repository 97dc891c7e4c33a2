// How fast all threads together can read memory: the sum over 1 GiB of floats, each thread at one place or at two, best
// of 10 each. What `quipu bench` calls the stream, in C.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define FLOATS (1L << 28)
#define BLOCK (1L << 20) // floats that a thread takes at a time, so that a slow one holds nobody up
#define CHAINS 64        // sums that do not wait for each other
#define TIMES 10

static float *data;
static double sums[FLOATS / BLOCK];
static long next;

static double fill(float *x) {
  for (long i = 0; i < BLOCK; i++) x[i] = 1;
  return 0;
}

static double total(const float *chains) {
  double sum = 0;
  for (int c = 0; c < CHAINS; c++) sum += chains[c];
  return sum;
}

static double sum_at_one_place(float *x) {
  float chains[CHAINS] = {0};
  for (long i = 0; i < BLOCK; i += CHAINS)
    for (int c = 0; c < CHAINS; c++) chains[c] += x[i + c];
  return total(chains);
}

static double sum_at_two_places(float *x) {
  float chains[CHAINS] = {0};
  for (long i = 0; i < BLOCK / 2; i += CHAINS / 2) {
    for (int c = 0; c < CHAINS / 2; c++) chains[c] += x[i + c];
    for (int c = 0; c < CHAINS / 2; c++) chains[CHAINS / 2 + c] += x[BLOCK / 2 + i + c];
  }
  return total(chains);
}

static void *take_blocks(void *work) {
  double (*of)(float *) = (double (*)(float *)) work;
  for (long b; (b = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED)) < FLOATS / BLOCK;) sums[b] = of(data + b * BLOCK);
  return NULL;
}

static void on_all(double (*work)(float *), int threads) {
  pthread_t ids[threads];
  next = 0;
  for (int t = 1; t < threads; t++) pthread_create(&ids[t], NULL, take_blocks, (void *) work);
  take_blocks((void *) work);
  for (int t = 1; t < threads; t++) pthread_join(ids[t], NULL);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : (int) sysconf(_SC_NPROCESSORS_ONLN);
  data = aligned_alloc(64, FLOATS * sizeof(float));
  if (threads < 1 || data == NULL) return 1;
  on_all(fill, threads);
  double best = 1e9;
  for (int i = 0; i < 2 * TIMES; i++) {
    double start = seconds();
    on_all(i < TIMES ? sum_at_one_place : sum_at_two_places, threads);
    double time = seconds() - start;
    if (time < best) best = time;
    double all = 0;
    for (long b = 0; b < FLOATS / BLOCK; b++) all += sums[b];
    if (all != FLOATS) return 2; // nothing was left out
  }
  printf("%.1f GB/s, %d threads\n", FLOATS * sizeof(float) / best / 1e9, threads);
}
