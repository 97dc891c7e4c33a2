package dev.quipu.bench;

/**
 * What one test computes, as llama-bench has it: a prompt of random tokens, or tokens one after the other as if each
 * had been drawn, after a context that is there already.
 *
 * @param prompt    tokens of the prompt; 0 where tokens are generated
 * @param generated tokens one by one; 0 where a prompt is read
 * @param depth     tokens in the cache before
 * @param sequences that are generated at a time, each of so many tokens after so many others; 1 for a prompt
 */
public record Workload(int prompt, int generated, int depth, int sequences) {

  public Workload {
    if (prompt < 0 || generated < 0 || depth < 0 || (prompt == 0) == (generated == 0)
        || sequences < 1 || prompt > 0 && sequences > 1) {
      throw new IllegalArgumentException(prompt + " prompt tokens, " + generated + " generated, depth " + depth
          + ", sequences " + sequences);
    }
  }

  public static Workload prompt(int tokens, int depth) {
    return new Workload(tokens, 0, depth, 1);
  }

  public static Workload generation(int tokens, int depth) {
    return new Workload(0, tokens, depth, 1);
  }

  /** The same of so many sequences at a time. */
  public Workload times(int sequences) {
    return new Workload(prompt, generated, depth, sequences);
  }

  /** {@code pp512}, {@code tg128}, {@code tg128x8}, {@code pp512@d4096}. */
  public String name() {
    return (prompt > 0 ? "pp" + prompt : "tg" + generated) + (sequences > 1 ? "x" + sequences : "")
        + (depth > 0 ? "@d" + depth : "");
  }

  /** Positions of a sequence that are computed and timed. */
  public int positions() {
    return prompt + generated;
  }

  /** What is computed and timed, of all sequences. */
  public int tokens() {
    return positions() * sequences;
  }
}
