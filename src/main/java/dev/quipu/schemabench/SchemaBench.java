package dev.quipu.schemabench;

import dev.quipu.QuipuException;
import dev.quipu.mask.Masks;
import dev.quipu.mask.Position;
import dev.quipu.mask.TokenTrie;
import dev.quipu.schema.UnsupportedSchema;
import dev.quipu.schemabench.Finding.Kind;
import dev.quipu.schemabench.MaskBenchFile.Instance;
import dev.quipu.schemabench.Offering.Result;
import dev.quipu.text.Tokenizer;
import java.util.Collection;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Compiles the schemas of MaskBench one by one, and offers each its documents: as Python prints them, in the
 * tokenizer's own tokens, and then in other spellings and tokens of the same value. A document counts as right if all
 * of its spellings are judged rightly.
 */
public final class SchemaBench {

  private final Compiler compiler;
  private final Tokenizations tokenizations;
  private final Offering offering;
  private final Variants variants;

  /** @param ends the tokens that end a document */
  public SchemaBench(Compiler compiler, Tokenizer tokenizer, Collection<Integer> ends, Variants variants) {
    byte[][] tokens = tokenizer.textBytes();
    int[] endIds = ends.stream().mapToInt(Integer::intValue).toArray();
    this.compiler = compiler;
    this.tokenizations = new Tokenizations(tokenizer, tokens);
    this.offering = new Offering(new Masks(TokenTrie.of(tokens), endIds), tokens, endIds[0]);
    this.variants = variants;
  }

  /** Adds to the tally what a schema and its documents give, and tells what was refused or wrong. */
  public void run(MaskBenchFile file, Tally tally, Consumer<Finding> findings) {
    long start = System.nanoTime();
    Position beginning;
    try {
      beginning = compiler.start(file.schema());
    } catch (QuipuException | StackOverflowError | IllegalStateException | IndexOutOfBoundsException e) {
      refused(file, e, tally, findings);
      return;
    }
    tally.compileTimes.add(System.nanoTime() - start);
    tally.compiled++;
    for (int i = 0; i < file.instances().size(); i++) {
      judge(file, i, beginning, tally, findings);
    }
  }

  private static void refused(MaskBenchFile file, Throwable e, Tally tally, Consumer<Finding> findings) {
    String reason = e instanceof UnsupportedSchema refusal ? refusal.keyword()
        : e instanceof QuipuException ? "not a schema" : "internal error";
    tally.refused++;
    tally.refusedBy.merge(reason, 1, Integer::sum);
    findings.accept(new Finding(Kind.REFUSED, file.name(), -1, e instanceof QuipuException ? e.getMessage() : e.toString()));
  }

  private void judge(MaskBenchFile file, int i, Position beginning, Tally tally, Consumer<Finding> findings) {
    Instance instance = file.instances().get(i);
    String wrong = wrong(instance, file, i, beginning, tally.maskTimes);
    tally.add(instance.valid(), wrong == null);
    if (wrong != null) {
      Kind kind = instance.valid() ? Kind.VALID_REJECTED : Kind.INVALID_ACCEPTED;
      findings.accept(new Finding(kind, file.name(), i, wrong));
    }
  }

  /** What is wrong with how a document was judged, in the first spelling that shows it; null: nothing. */
  private String wrong(Instance instance, MaskBenchFile file, int i, Position beginning, Durations times) {
    String text = JsonText.of(instance.data(), new PythonStyle());
    String wrong = wrong(instance.valid(), text, tokenizations.own(text), beginning, times);
    SplittableRandom random = variants.random(file.name(), i);
    for (int v = 0; v < variants.count() && wrong == null; v++) {
      wrong = wrong(instance.valid(), text, tokenizations.other(text, random), beginning, null);
      if (wrong == null) {
        String other = JsonText.of(instance.data(), new Respelling(random, file.draft4(), variants.anyBlanks()));
        int[] ids = random.nextBoolean() ? tokenizations.own(other) : tokenizations.other(other, random);
        wrong = wrong(instance.valid(), other, ids, beginning, null);
      }
    }
    return wrong;
  }

  private String wrong(boolean valid, String text, int[] ids, Position beginning, Durations times) {
    Result result = offering.offer(beginning, text, ids, times);
    boolean right = result.accepted() == valid && result.kind() != Offering.Kind.END_TOO_EARLY;
    return right ? null : result.describe(text);
  }
}
