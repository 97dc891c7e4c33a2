package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.conform.Glob;
import dev.quipu.generate.Engine;
import dev.quipu.hub.Models;
import dev.quipu.schema.JsonSchema;
import dev.quipu.schema.SchemaOptions;
import dev.quipu.schema.SchemaOptions.Whitespace;
import dev.quipu.schemabench.Finding;
import dev.quipu.schemabench.MaskBenchFile;
import dev.quipu.schemabench.SchemaBench;
import dev.quipu.schemabench.Tally;
import dev.quipu.schemabench.Variants;
import dev.quipu.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code quipu schema bench}: what the masks do on a folder of schemas with documents, and how long they take. */
final class SchemaBenchCommand implements Command {

  /** One file of so many is run before anything is timed, until the JIT is warm. */
  private static final int FILES_A_REHEARSAL = 16;
  /** A few are run several times instead. */
  private static final int MIN_REHEARSALS = 500;
  private static final long MAX_REHEARSAL_NANOS = 30_000_000_000L;

  private static final Syntax SYNTAX = new Syntax("schema bench", "schema bench [FLAG]… DIR",
      "Which schemas of a folder can be enforced, and whether their masks accept the valid documents and only those.",
      """
          DIR has files as MaskBench: an object with a schema and tests, a list of {"valid": true or false, "data": …}.
          Each document is offered as Python's json.dumps prints it, a token at a time; the end only counts after the
          last. Times are of one thread, after a part of the files was run untimed. The exit code is 1 if a document
          was judged wrongly.""",
      Syntax.join(List.of(
          Syntax.flag("tokenizer", "DIR|ID", "whose tokens; without it, those of the embedded model"),
          Syntax.number("variants", "N",
              "offer each document in N other tokenizations, and N times in another spelling of the same value: keys in"
                  + " another order, escapes, exponents, blanks (0)"),
          Syntax.number("seed", "S", "of the chance in these (0)"),
          Syntax.number("limit", "N", "only so many files"),
          Syntax.texts("only", "GLOB",
              "only files of such a name; * stands for any characters; may be repeated"),
          SchemaFlags.whitespace("python, and with --variants any"),
          SchemaFlags.STRICT_FORMATS,
          Syntax.toggle("list", "a line for each schema that is refused and each document that is judged wrongly"),
          Syntax.toggle("json", "one JSON object instead of a table, as the last line"),
          Syntax.VERBOSE)));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    List<Path> files = files(flags);
    boolean list = flags.has("list");
    try (Checkpoint checkpoint = Models.open(flags.text("tokenizer"))) {
      SchemaBench bench = bench(flags, checkpoint);
      rehearse(bench, files);
      Tally tally = new Tally();
      try (ProgressBar bar = ProgressBar.start("Offering documents")) {
        for (int i = 0; i < files.size(); i++) {
          bar.update(i, files.size());
          bench.run(MaskBenchFile.read(files.get(i)), tally, finding -> {
            if (list) {
              bar.aside(() -> out.println(line(finding)));
            }
          });
        }
      }
      out.print(flags.has("json") ? SchemaBenchReport.json(tally) : SchemaBenchReport.table(tally));
      return tally.validRejected() + tally.invalidAccepted() == 0 ? Failures.DONE : Failures.FAILED;
    }
  }

  private static SchemaBench bench(Flags flags, Checkpoint checkpoint) {
    Tokenizer tokenizer = Engine.tokenizer(checkpoint);
    Set<Integer> ends = Engine.eosTokens(checkpoint, tokenizer);
    if (ends.isEmpty()) {
      throw new QuipuException(checkpoint.name() + ": it names no token that ends an answer");
    }
    int count = flags.integer("variants", 0);
    if (count < 0) {
      throw new InvalidRequestException("variants", "must be at least 0 but is " + count);
    }
    SchemaOptions options = SchemaFlags.options(flags, count == 0 ? Whitespace.PYTHON : Whitespace.ANY);
    Long seed = flags.longOrNull("seed");
    Variants variants = new Variants(count, seed == null ? 0 : seed, options.whitespace() == Whitespace.ANY);
    return new SchemaBench(schema -> JsonSchema.compile(schema, options).start(), tokenizer, ends, variants);
  }

  private static void rehearse(SchemaBench bench, List<Path> files) {
    int rehearsals = Math.max(files.size() / FILES_A_REHEARSAL, MIN_REHEARSALS);
    Tally nobodys = new Tally();
    long start = System.nanoTime();
    for (int i = 0; i < rehearsals && System.nanoTime() - start < MAX_REHEARSAL_NANOS; i++) {
      bench.run(MaskBenchFile.read(files.get((int) ((long) i * FILES_A_REHEARSAL % files.size()))), nobodys, _ -> {});
    }
  }

  private static List<Path> files(Flags flags) {
    String name = flags.requireWord("DIR");
    List<Glob> globs = flags.texts("only").stream().map(Glob::new).toList();
    int limit = flags.integer("limit", Integer.MAX_VALUE);
    List<Path> files = MaskBenchFile.list(folder(name)).stream()
        .filter(file -> globs.isEmpty() || globs.stream().anyMatch(glob -> glob.matches(file.getFileName().toString())))
        .limit(Math.max(0, limit)).toList();
    if (files.isEmpty()) {
      throw new QuipuException(name + ": there is no such file to run");
    }
    return files;
  }

  private static Path folder(String name) {
    try {
      Path folder = Path.of(name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    } catch (InvalidPathException e) {
      // no folder has such a name
    }
    throw new QuipuException("There is no folder " + name);
  }

  private static String line(Finding finding) {
    String what = switch (finding.kind()) {
      case REFUSED -> "REFUSED";
      case VALID_REJECTED -> "VALID REJECTED";
      case INVALID_ACCEPTED -> "INVALID ACCEPTED";
    };
    String place = finding.instance() < 0 ? finding.file() : finding.file() + " test " + finding.instance();
    return what + " " + place + ": " + finding.detail().replace("\n", "\\n");
  }
}
