package dev.quipu.conform;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The kinds of case, under the names of golden/FORMAT.md. */
enum Kind {
  LOGITS(LogitsCheck::run),
  TRACE(TraceCheck::run),
  GREEDY(GreedyCheck::run),
  PERPLEXITY(PerplexityCheck::run),
  TOKENIZE(TokenizeCheck::run),
  DETOKENIZE_STREAM(DetokenizeCheck::run),
  FILTER(FilterCheck::run),
  DRAW(DrawCheck::run),
  SEQUENCE(SequenceCheck::run),
  RNG(RngCheck::run),
  OP(OpCheck::run),
  IMAGE(ImageCheck::run),
  VISION(VisionCheck::run),
  TEMPLATE(TemplateCheck::run),
  REFUSE(RefuseCheck::run),
  CACHE(CacheCheck::run);

  /** Compares what a case expects with what the engine does. */
  interface Check {
    /**
     * @throws Mismatch if the two differ
     * @throws Skip     if the case needs what is not there
     */
    void run(Case c, Bench bench);
  }

  private final Check check;

  Kind(Check check) {
    this.check = check;
  }

  void run(Case c, Bench bench) {
    check.run(c, bench);
  }

  static Kind named(String name) {
    for (Kind kind : values()) {
      if (kind.toString().equals(name)) {
        return kind;
      }
    }
    throw new Mismatch("unknown kind \"" + name + "\"; known: "
        + Arrays.stream(values()).map(Kind::toString).collect(Collectors.joining(", ")));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
