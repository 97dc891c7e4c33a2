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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code quipu generate}: one prompt, one answer. Flags and their defaults are those of mlx_lm.generate. */
@picocli.CommandLine.Command(name = "generate", sortOptions = false, synopsisHeading = "Usage: ",
    customSynopsis = "quipu [generate] [FLAG]… PROMPT…", header = "Continues a prompt; what a bare prompt does.",
    footer = "Without a prompt, and with -p -, the prompt is read from standard input.")
final class GenerateCommand implements Command {

  @Parameters(paramLabel = "PROMPT", description = "words of the prompt")
  List<String> words = new ArrayList<>();

  @Option(names = {"--prompt", "-p"}, paramLabel = "TEXT",
      description = "the prompt; - reads it from standard input; \\n and \\t stand for a line break and a tab")
  String prompt;

  @Option(names = "--system-prompt", paramLabel = "TEXT", description = "what the model is told before the prompt")
  String systemPrompt;

  @Option(names = {"--max-tokens", "-m"}, paramLabel = "N", defaultValue = "100",
      description = "tokens to generate at most (100)")
  int maxTokens;

  @Option(names = "--prefill-response", paramLabel = "TEXT", description = "how the answer begins")
  String prefillResponse;

  @Option(names = "--ignore-chat-template", description = "give the model the prompt as it is")
  boolean ignoreChatTemplate;

  @Mixin
  SamplingOptions sampling;

  @Mixin
  ModelOptions model;

  @Option(names = {"--help", "-h"}, usageHelp = true, description = "this help")
  boolean help;

  @Override
  public void run(Output out) {
    String text = text();
    sampling.check(maxTokens, model.prefillStepSize);
    try (Engine engine = model.load()) {
      GenerationRequest request = sampling.request(engine, prompt(engine, text), maxTokens, model.prefillStepSize);
      Answer answer = new Answer(out, model);
      try (Generation generation = engine.generate(request)) {
        Finished finished = answer.print(generation);
        System.err.println(FiguresLine.of(finished.figures(), PeakMemory.bytes()));
      }
    }
  }

  private String text() {
    String text = prompt == null ? String.join(" ", words) : unescape(prompt);
    if (prompt != null && !words.isEmpty()) {
      throw new InvalidRequestException(
          "prompt", "is given twice, as a flag and as words: \"" + String.join(" ", words) + "\"");
    }
    if ("-".equals(text) || (prompt == null && words.isEmpty() && !Posix.isTerminal(Posix.STDIN))) {
      text = Input.readAll();
    }
    if (text.isBlank()) {
      throw new InvalidRequestException("prompt", "must not be empty" + advice());
    }
    return text;
  }

  private String advice() {
    return words.isEmpty() && sampling.extraEosTokens.size() > 1
        ? "; --extra-eos-token takes all words up to the next flag, so give the prompt before it" : "";
  }

  // mlx_lm/generate.py, main
  static String unescape(String prompt) {
    return prompt.replace("\\n", "\n").replace("\\t", "\t");
  }

  private Prompt prompt(Engine engine, String text) {
    if (ignoreChatTemplate || !engine.hasChatTemplate()) {
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
