package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.generate.Engine;
import dev.quipu.generate.Generation;
import dev.quipu.generate.GenerationEvent.Finished;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Message;
import dev.quipu.generate.Prompt;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code quipu generate}: one prompt, one answer. Flags and their defaults are those of mlx_lm.generate. */
final class GenerateCommand implements Command {

  private static final List<Option> OWN_FLAGS = List.of(
      Syntax.flag("p", "prompt", "TEXT",
          "the prompt; - reads it from standard input; \\n and \\t stand for a line break and a tab"),
      Syntax.flag("system-prompt", "TEXT", "what the model is told before the prompt"),
      Syntax.flag("m", "max-tokens", "N", "tokens to generate at most (100)"),
      Syntax.flag("prefill-response", "TEXT", "how the answer begins"),
      Syntax.toggle("ignore-chat-template", "give the model the prompt as it is"));

  private static final Syntax SYNTAX = new Syntax("generate", "[generate] [FLAG]… PROMPT…",
      "Continues a prompt; what a bare prompt does.",
      "Without a prompt, and with -p -, the prompt is read from standard input.",
      Syntax.join(OWN_FLAGS, SamplingOptions.FLAGS, ModelOptions.PROMPTING, ModelOptions.LOADING));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output out) {
    SamplingOptions sampling = new SamplingOptions(flags);
    ModelOptions model = new ModelOptions(flags);
    int maxTokens = flags.integer("max-tokens", 100);
    String text = text(flags, sampling);
    sampling.check(maxTokens, model.prefillStepSize);
    try (Engine engine = model.load()) {
      Prompt prompt = prompt(engine, text, flags, sampling);
      GenerationRequest request = sampling.request(engine, prompt, maxTokens, model.prefillStepSize);
      Answer answer = new Answer(out, model);
      try (Generation generation = engine.generate(request)) {
        Finished finished = answer.print(generation);
        System.err.println(FiguresLine.of(finished.figures(), PeakMemory.bytes()));
      }
    }
    return Failures.DONE;
  }

  private static String text(Flags flags, SamplingOptions sampling) {
    String flag = flags.text("prompt");
    String words = String.join(" ", flags.words());
    if (flag != null && !flags.words().isEmpty()) {
      throw new InvalidRequestException("prompt", "is given twice, as a flag and as words: \"" + words + "\"");
    }
    String text = flag == null ? words : unescape(flag);
    if ("-".equals(text) || (flag == null && flags.words().isEmpty() && !Posix.isTerminal(Posix.STDIN))) {
      text = Input.readAll();
    }
    if (text.isBlank()) {
      throw new InvalidRequestException("prompt", "must not be empty" + advice(flags, sampling));
    }
    return text;
  }

  private static String advice(Flags flags, SamplingOptions sampling) {
    return flags.words().isEmpty() && sampling.extraEosTokens.size() > 1
        ? "; --extra-eos-token takes all words up to the next flag, so give the prompt before it" : "";
  }

  // mlx_lm/generate.py, main
  static String unescape(String prompt) {
    return prompt.replace("\\n", "\n").replace("\\t", "\t");
  }

  private static Prompt prompt(Engine engine, String text, Flags flags, SamplingOptions sampling) {
    String systemPrompt = flags.text("system-prompt");
    String prefillResponse = flags.text("prefill-response");
    if (flags.has("ignore-chat-template") || !engine.hasChatTemplate()) {
      warnOfIgnored("--system-prompt", systemPrompt);
      warnOfIgnored("--prefill-response", prefillResponse);
      return new Prompt.Text(text);
    }
    List<Message> messages = new ArrayList<>();
    if (systemPrompt != null) {
      messages.add(Message.system(systemPrompt));
    }
    messages.add(Message.user(text));
    return new Prompt.Chat(messages, prefillResponse, sampling.templateVariables());
  }

  private static void warnOfIgnored(String flag, String value) {
    if (value != null) {
      System.err.println(flag + " has no effect without a chat template");
    }
  }
}
