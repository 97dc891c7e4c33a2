package dev.quipu.bench;

/**
 * What one test computes, as llama-bench has it: a prompt of random tokens, or tokens one after the other as if each
 * had been drawn, after a context that is there already.
 *
 * @param prompt    tokens of the prompt; 0 where tokens are generated
 * @param generated tokens one by one; 0 where a prompt is read
 * @param depth     tokens in the cache before
 */
public record Workload(int prompt, int generated, int depth) {

  public Workload {
    if (prompt < 0 || generated < 0 || depth < 0 || (prompt == 0) == (generated == 0)) {
      throw new IllegalArgumentException(prompt + " prompt tokens, " + generated + " generated, depth " + depth);
    }
  }

  public static Workload prompt(int tokens, int depth) {
    return new Workload(tokens, 0, depth);
  }

  public static Workload generation(int tokens, int depth) {
    return new Workload(0, tokens, depth);
  }

  /** {@code pp512}, {@code tg128}, {@code pp512@d4096}. */
  public String name() {
    return (prompt > 0 ? "pp" + prompt : "tg" + generated) + (depth > 0 ? "@d" + depth : "");
  }

  /** What is computed and timed. */
  public int tokens() {
    return prompt + generated;
  }
}
