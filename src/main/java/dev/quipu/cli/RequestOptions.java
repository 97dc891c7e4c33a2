package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.cli.Syntax.Group;
import dev.quipu.generate.ContextOverflow;
import dev.quipu.generate.Engine;
import dev.quipu.generate.GenerationRequest;
import dev.quipu.generate.Message;
import dev.quipu.generate.Prompt;
import dev.quipu.generate.Speculation;
import dev.quipu.generate.Speculation.Acceptance;
import dev.quipu.vision.Image;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/** One request in the words of flags, mlx-lm's where it has them: how the model is asked, and how the answer ends. */
final class RequestOptions {

  private static final Option TEMPLATE_VARIABLES = Syntax.object("chat-template-config",
      "variables for the chat template, such as {\"enable_thinking\": false}");

  static final Group PROMPT = new Group("", List.of(
      Syntax.flag("p", "prompt", "TEXT",
          "the prompt; - reads it from standard input; \\n and \\t stand for a line break and a tab"),
      Syntax.flag("system-prompt", "TEXT", "what the model is told before the prompt"),
      Syntax.number("m", "max-tokens", "N", "tokens to generate at most (100); -1: as many as the context holds"),
      Syntax.flag("prefill-response", "TEXT", "how the answer begins"),
      Syntax.toggle("ignore-chat-template", "give the model the prompt as it is"),
      TEMPLATE_VARIABLES));

  /** Of a conversation, whose prompts come later. */
  static final Group CONVERSATION = new Group("", List.of(
      Syntax.flag("system-prompt", "TEXT", "what the model is told before the conversation"),
      Syntax.number("m", "max-tokens", "N", "tokens of an answer at most (2048); -1: as many as the context holds"),
      TEMPLATE_VARIABLES));

  static final Group ENDING = new Group("The end of an answer", List.of(
      Syntax.texts("stop", "TEXT",
          "ends before this text, which may be repeated; \\n and \\t stand for a line break and a tab"),
      Syntax.list("extra-eos-token", "TOKEN",
          "tokens that end the answer too; takes all words up to the next flag, and may be repeated"),
      Syntax.flag("context-overflow", "POLICY",
          "where the context is too short: stop (the default), or go on with part of it: truncate-middle or"
              + " rolling-window")));

  private static final List<Option> GUESSING = List.of(
      Syntax.number("num-draft-tokens", "N", "tokens guessed at a time at most (3)"),
      Syntax.number("prompt-lookup", "N",
          "guess what followed the last N tokens where they stood before, instead of asking a draft model; 0: do not"),
      Syntax.flag("draft-acceptance", "RULE",
          "which guesses of a draft model count: exact (the default), those that would have been chosen anyway; or"
              + " rejection, more of them: with --temp, another text of the same distribution, which no seed repeats"),
      Syntax.number("prefill-step-size", "N", "prompt tokens computed at a time (512); does not change the answer"));

  static final Group SPEED =
      new Group("Speed", Stream.concat(Stream.of(ModelOptions.DRAFT_MODEL), GUESSING.stream()).toList());

  static final Option LOGPROBS = Syntax.number("logprobs", "N",
      "log-probabilities of the tokens, and of the N most likely ones beside each");

  static final Option CACHE_FILE = Syntax.flag("prompt-cache-file", "FILE",
      "go on after a text that quipu cache-prompt, or mlx_lm.cache_prompt, has computed: the prompt follows it");

  /** What a request can say for itself. */
  static final List<Option> FLAGS =
      Stream.of(PROMPT.flags(), List.of(ImageOptions.IMAGE), SamplingOptions.CHOOSING.flags(),
          SamplingOptions.PENALTIES.flags(),
          ConstraintOptions.GROUP.flags(), ENDING.flags(), GUESSING, List.of(LOGPROBS)).flatMap(List::stream).toList();

  private static final GenerationRequest DEFAULT = GenerationRequest.text("");

  private final GenerationRequest template; // all but the prompt and the ids of extraEosTokens
  private final String systemPrompt;
  private final String prefillResponse;
  private final boolean ignoreChatTemplate;
  private final Map<String, Object> templateVariables;
  private final List<String> extraEosTokens;
  private final ImageOptions images;
  private final Flags flags;
  private final Object tools; // or null

  /**
   * @param maxTokens where the flags say nothing
   * @throws InvalidRequestException for a value out of its range
   */
  RequestOptions(Flags flags, int maxTokens) {
    this(flags, maxTokens, new ConstraintOptions());
  }

  /** @param constraints those that are made already */
  RequestOptions(Flags flags, int maxTokens, ConstraintOptions constraints) {
    systemPrompt = flags.text("system-prompt");
    prefillResponse = flags.text("prefill-response");
    ignoreChatTemplate = flags.has("ignore-chat-template");
    this.flags = flags;
    tools = ConstraintOptions.tools(flags);
    templateVariables = withTools(variables(flags));
    extraEosTokens = flags.texts("extra-eos-token");
    images = new ImageOptions(flags);
    template = DEFAULT.withMaxTokens(flags.integer("max-tokens", maxTokens))
        .withSampling(SamplingOptions.sampling(flags))
        .withPenalties(SamplingOptions.penalties(flags))
        .withSeed(flags.longOrNull("seed"))
        .withTopLogprobs(flags.integer("logprobs", 0))
        .withStopStrings(flags.unescaped("stop"))
        .withConstraint(constraints.of(flags))
        .withOverflow(flags.choice("context-overflow", ContextOverflow.STOP))
        .withSpeculation(speculation(flags))
        .withPrefillStepSize(flags.integer("prefill-step-size", GenerationRequest.DEFAULT_PREFILL_STEP_SIZE));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> variables(Flags flags) {
    return (Map<String, Object>) flags.object("chat-template-config"); // JSON has no other keys
  }

  private Map<String, Object> withTools(Map<String, Object> variables) {
    if (tools == null) {
      return variables;
    }
    if (ignoreChatTemplate) {
      throw flags.contradiction("--tools needs the chat template that --ignore-chat-template leaves out");
    }
    Map<String, Object> all = new LinkedHashMap<>(variables);
    all.put(ConstraintOptions.TOOLS, tools);
    return all;
  }

  private static Speculation speculation(Flags flags) {
    int promptLookup = flags.integer("prompt-lookup", 0);
    return new Speculation(promptLookup == 0, promptLookup,
        flags.integer("num-draft-tokens", Speculation.DEFAULT_NUM_DRAFT_TOKENS),
        flags.choice("draft-acceptance", Acceptance.EXACT));
  }

  /** Everything but the prompt. */
  GenerationRequest template() {
    return template;
  }

  Map<String, Object> templateVariables() {
    return templateVariables;
  }

  List<String> extraEosTokens() {
    return extraEosTokens;
  }

  ImageOptions images() {
    return images;
  }

  /** A text by itself. */
  Prompt prompt(Engine engine, String text) {
    return prompt(engine, text, List.of());
  }

  /** A text about images. */
  Prompt prompt(Engine engine, String text, List<Image> shown) {
    return ignoreChatTemplate || !engine.hasChatTemplate() ? new Prompt.Text(text, shown)
        : prompt(told(List.of(engine.question(text, shown))));
  }

  /** A conversation. */
  Prompt prompt(List<Message> messages) {
    return new Prompt.Chat(messages, prefillResponse, templateVariables);
  }

  /** The messages after what the model is told, unless they begin with that. */
  List<Message> told(List<Message> messages) {
    List<Message> all = new ArrayList<>(messages);
    if (systemPrompt != null && !messages.getFirst().role().equals("system")) {
      all.addFirst(Message.system(systemPrompt));
    }
    return all;
  }

  GenerationRequest request(Engine engine, Prompt prompt) {
    Set<Integer> ids = new LinkedHashSet<>();
    for (String token : extraEosTokens) {
      ids.add(engine.tokenId(token));
    }
    GenerationRequest request = template.withPrompt(prompt).withExtraEosTokens(ids);
    return tools == null ? request : request.withConstraint(ConstraintOptions.ofTools(tools, flags, engine));
  }

  /** What the user should know: flags that do nothing here. */
  List<String> warnings(Engine engine) {
    List<String> warnings = new ArrayList<>(template.constraint() == null ? List.of() : template.constraint().warnings());
    if (ignoreChatTemplate || !engine.hasChatTemplate()) {
      warnOfIgnored("--system-prompt", systemPrompt, warnings);
      warnOfIgnored("--prefill-response", prefillResponse, warnings);
    }
    return warnings;
  }

  private static void warnOfIgnored(String flag, String value, List<String> warnings) {
    if (value != null) {
      warnings.add(flag + " has no effect without a chat template");
    }
  }
}
