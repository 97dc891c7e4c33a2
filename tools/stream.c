// How fast all threads together can read memory: the sum over 1 GiB of floats, best of 10.
// What `quipu bench` calls the stream, in C.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BYTES (1L << 30)
#define FLOATS (BYTES / sizeof(float))
#define TIMES 10
#define CHAINS 64 // sums that do not wait for each other

typedef struct {
  float *from;
  long count;
  double sum;
} Part;

static void *fill(void *argument) {
  Part *part = argument;
  for (long i = 0; i < part->count; i++) part->from[i] = 1;
  return NULL;
}

static void *sum(void *argument) {
  Part *part = argument;
  float sums[CHAINS] = {0};
  for (long i = 0; i < part->count; i += CHAINS)
    for (int c = 0; c < CHAINS; c++) sums[c] += part->from[i + c];
  part->sum = 0;
  for (int c = 0; c < CHAINS; c++) part->sum += sums[c];
  return NULL;
}

static void on_all(void *(*work)(void *), Part *parts, int threads) {
  pthread_t ids[threads];
  for (int t = 1; t < threads; t++) pthread_create(&ids[t], NULL, work, &parts[t]);
  work(&parts[0]);
  for (int t = 1; t < threads; t++) pthread_join(ids[t], NULL);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : (int) sysconf(_SC_NPROCESSORS_ONLN);
  float *data = aligned_alloc(64, BYTES);
  if (threads < 1 || data == NULL) return 1;
  Part parts[threads];
  for (int t = 0; t < threads; t++) {
    long begin = (long) FLOATS / CHAINS * t / threads * CHAINS;
    long end = (long) FLOATS / CHAINS * (t + 1) / threads * CHAINS;
    parts[t] = (Part) {data + begin, end - begin, 0};
  }
  on_all(fill, parts, threads);
  double best = 1e9;
  for (int i = 0; i < TIMES; i++) {
    double start = seconds();
    on_all(sum, parts, threads);
    double time = seconds() - start;
    if (time < best) best = time;
    double total = 0;
    for (int t = 0; t < threads; t++) total += parts[t].sum;
    if (total != FLOATS) return 2; // nothing was left out
  }
  printf("%.1f GB/s, %d threads\n", BYTES / best / 1e9, threads);
}
