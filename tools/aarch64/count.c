/*
 * A plugin of qemu-user that counts the A64 instructions of a thread between two marks: a call of getpgid(MARK + 2 n)
 * begins span n, getpgid(MARK + 2 n + 1) by the same thread ends it. No process has such a number.
 *
 *     cc -O2 -shared -fPIC tools/aarch64/count.c -o count.so && QEMU_PLUGIN=./count.so,counts=FILE qemu-aarch64 …
 *
 * Writes a line for each span to FILE: n, all instructions, those that compute with vectors or floats, and those that
 * load or store a vector or a float.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is used of the interface for plugins, version 1 (qemu 4.2 to 8.2): its header is in no package. */
typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*translated)(plugin_id, struct qemu_plugin_tb *);
typedef void (*executed)(unsigned thread, void *block);
typedef void (*called)(plugin_id, unsigned thread, int64_t number, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                       uint64_t, uint64_t, uint64_t);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
extern const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
extern void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, translated);
extern void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *, executed, int flags, void *);
extern void qemu_plugin_register_vcpu_syscall_cb(plugin_id, called);
int qemu_plugin_version = 1;

enum { THREADS = 4096, GETPGID = 155, MARK = 0x40000000 };

typedef struct {
  uint64_t all, simd, memory;
} Counts;

static Counts counts[THREADS], begun[THREADS];
static FILE *out;

/* The classes of the A64 encoding, bits 28 to 25: x111 computes with vectors or floats, x1x0 loads or stores. */
static bool computes(uint32_t word) { return (word >> 25 & 7) == 7; }

static bool moves(uint32_t word) { return (word >> 25 & 5) == 4 && (word >> 26 & 1) == 1; }

static void execute(unsigned thread, void *block) {
  const Counts *add = block;
  Counts *to = &counts[thread % THREADS];
  to->all += add->all;
  to->simd += add->simd;
  to->memory += add->memory;
}

/* Blocks live as long as the process: one that is translated again has other addresses, and counts of its own. */
static void translate(plugin_id id, struct qemu_plugin_tb *block) {
  Counts *sum = calloc(1, sizeof *sum);
  sum->all = qemu_plugin_tb_n_insns(block);
  for (size_t i = 0; i < sum->all; i++) {
    uint32_t word;
    memcpy(&word, qemu_plugin_insn_data(qemu_plugin_tb_get_insn(block, i)), sizeof word);
    sum->simd += computes(word);
    sum->memory += moves(word);
  }
  qemu_plugin_register_vcpu_tb_exec_cb(block, execute, 0, sum);
}

static void mark(plugin_id id, unsigned thread, int64_t number, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                 uint64_t e, uint64_t f, uint64_t g, uint64_t h) {
  uint32_t argument = (uint32_t)a;
  if (number != GETPGID || argument < MARK) return;
  Counts *now = &counts[thread % THREADS], *then = &begun[thread % THREADS];
  if (argument % 2 == 0) {
    *then = *now;
    return;
  }
  fprintf(out, "%" PRIu32 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", (argument - MARK) / 2, now->all - then->all,
          now->simd - then->simd, now->memory - then->memory);
  fflush(out);
}

int qemu_plugin_install(plugin_id id, const void *machine, int argc, char **argv) {
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "counts=", 7) == 0) out = fopen(argv[i] + 7, "w");
  }
  if (out == NULL) {
    fprintf(stderr, "count.so: counts=FILE is missing, or cannot be written\n");
    return 1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_vcpu_syscall_cb(id, mark);
  return 0;
}
