package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.cli.Syntax.Group;
import dev.quipu.generate.Engine;
import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Prompt;
import dev.quipu.promptcache.PromptCacheFile;
import dev.quipu.vision.Image;
import java.util.List;
import java.util.stream.Stream;

/** {@code quipu generate}: one prompt, one answer; or those of a file. mlx_lm.generate's flags and their defaults. */
final class GenerateCommand implements Command {

  private static final Group OUTPUT = new Group("Output", List.of(
      RequestOptions.LOGPROBS,
      Syntax.toggle("json", "what happens, a JSON object a line, instead of the text"),
      Syntax.toggle("stream", "print the answer as it comes (the default)"),
      Syntax.toggle("no-stream", "print it at its end")));

  private static final Group BATCH = new Group("Many requests", List.of(
      Syntax.flag("prompts", "FILE",
          "a JSON object a line: an id, and a request in the words of these flags, which are the defaults of all"),
      Syntax.flag("out", "FILE", "where results go, a JSON object a line; ids that are there are not done again"),
      Syntax.number("batch-size", "N", "requests that are computed at a time (8)")));

  private static final Syntax SYNTAX = new Syntax("generate", "[generate] [FLAG]… PROMPT…",
      "Continues a prompt; what a bare prompt does.",
      "Without a prompt, and with -p -, the prompt is read from standard input.",
      Syntax.grouped(
          new Group("",
              Stream.concat(RequestOptions.PROMPT.flags().stream(), Stream.of(RequestOptions.CACHE_FILE)).toList()),
          ImageOptions.GROUP, SamplingOptions.CHOOSING, SamplingOptions.PENALTIES, ConstraintOptions.GROUP,
          RequestOptions.ENDING, RequestOptions.SPEED, ModelOptions.MEMORY, OUTPUT, BATCH, ModelOptions.MODEL));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    if (flags.has("prompts")) {
      return new Batch(flags).run();
    }
    refuseContradictions(flags);
    RequestOptions options = new RequestOptions(flags, GenerationRequest.DEFAULT_MAX_TOKENS);
    ModelOptions model = new ModelOptions(flags);
    String text = text(flags, options);
    List<Image> images = options.images().read();
    try (Engine engine = model.load(CacheFiles.settings(flags, model.kv))) {
      options.warnings(engine).forEach(System.err::println);
      Prompt prompt = options.prompt(engine, text, images);
      try (PromptCacheFile cache = CacheFiles.open(flags, engine);
          Generation generation = engine.generate(options.request(engine, CacheFiles.after(cache, prompt)));
          Interruption _ = Interruption.stops(generation::cancel)) {
        print(generation, flags, model, out);
      }
    }
    return Failures.DONE;
  }

  private static void refuseContradictions(Flags flags) {
    for (String flag : List.of("out", "batch-size")) {
      if (flags.has(flag)) {
        throw flags.contradiction("--" + flag + " is for the requests of a file: --prompts FILE --out FILE");
      }
    }
    ConstraintOptions.refuseIdle(flags);
    flags.refuseTogether("stream", "no-stream");
    flags.refuseTogether("prompt-cache-file", "system-prompt"); // the cache begins before it
    flags.refuseTogether("prompt-cache-file", ImageOptions.FLAG);
  }

  private static void print(Generation generation, Flags flags, ModelOptions model, Output out) {
    boolean streamed = !flags.has("no-stream");
    if (flags.has("json")) {
      new JsonAnswer(out, streamed).print(generation);
    } else {
      Finished finished = new Answer(out, model, streamed, flags.has("logprobs")).print(generation);
      System.err.println(FiguresLine.of(finished.figures(), PeakMemory.bytes()));
    }
  }

  private static String text(Flags flags, RequestOptions options) {
    return Input.prompt(flags, advice(flags, options));
  }

  private static String advice(Flags flags, RequestOptions options) {
    return flags.words().isEmpty() && options.extraEosTokens().size() > 1
        ? "; --extra-eos-token takes all words up to the next flag, so give the prompt before it" : "";
  }
}
