package dev.quipu.cli;

import dev.quipu.cli.Syntax.Group;
import dev.quipu.generate.Engine;
import dev.quipu.generate.Prompt;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code quipu cache-prompt}: computes a prompt once, for many answers. mlx_lm.cache_prompt's flags. */
final class CachePromptCommand implements Command {

  private static final Group OWN_FLAGS = new Group("", List.of(
      Syntax.flag("p", "prompt", "TEXT",
          "the prompt; - reads it from standard input; \\n and \\t stand for a line break and a tab"),
      Syntax.flag(CacheFiles.FLAG, "FILE", "where what was computed goes, in mlx-lm's format"),
      Syntax.flag("system-prompt", "TEXT", "what the model is told before the prompt"),
      Syntax.toggle("ignore-chat-template", "give the model the prompt as it is")));

  private static final Syntax SYNTAX = new Syntax("cache-prompt",
      "cache-prompt --prompt-cache-file FILE [FLAG]… PROMPT…",
      "Computes a prompt once: quipu generate --prompt-cache-file FILE goes on after it.",
      "What the model is asked then follows the prompt in the same message.",
      Syntax.grouped(OWN_FLAGS, ModelOptions.MEMORY, ModelOptions.MODEL));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    if (!flags.has(CacheFiles.FLAG)) {
      throw flags.contradiction("quipu cache-prompt needs --prompt-cache-file FILE, where it goes");
    }
    Path file = CacheFiles.path(flags);
    RequestOptions options = new RequestOptions(flags, 1);
    ModelOptions model = new ModelOptions(flags);
    String text = Input.prompt(flags, "");
    try (Engine engine = model.load()) {
      options.warnings(engine).forEach(System.err::println);
      save(engine, options.prompt(engine, text), file);
    }
    return Failures.DONE;
  }

  private static void save(Engine engine, Prompt prompt, Path file) {
    long start = System.nanoTime();
    AtomicInteger tokens = new AtomicInteger();
    try (ProgressBar bar = ProgressBar.start("Reading the prompt")) {
      engine.savePromptCache(prompt, file, (done, total) -> {
        bar.update(done, total);
        tokens.set(total);
      });
    }
    System.err.println(String.format(Locale.ROOT, "Saved %d tokens in %s, %.3f tokens-per-sec", tokens.get(), file,
        tokens.get() / ((System.nanoTime() - start) / 1e9)) + FiguresLine.memory(PeakMemory.bytes()));
  }
}
