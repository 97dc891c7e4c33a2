package dev.quipu.text;

import dev.quipu.text.jinja.Interpreter;
import dev.quipu.text.jinja.Template;
import dev.quipu.text.jinja.TemplateFailure;
import dev.quipu.text.jinja.TemplateSyntaxException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * A model's chat template: turns messages into the prompt the model was trained on. Renders as {@code
 * apply_chat_template} of Hugging Face's transformers does. Parsed once; any number of threads may render it. Knows no
 * tokenizer.
 */
public final class ChatTemplate {

  private final String name;
  private final Template template;

  private ChatTemplate(String name, Template template) {
    this.name = name;
    this.template = template;
  }

  /**
   * @param name what the template is called in a message, such as {@code chat_template.jinja}
   * @throws TemplateException if the source is no Jinja template, or asks for what chat templates cannot have
   */
  public static ChatTemplate parse(String name, String source) {
    try {
      return new ChatTemplate(name, Template.parse(source));
    } catch (TemplateSyntaxException e) {
      throw new TemplateException(name, e.line(), "", e.getMessage());
    }
  }

  /** As {@link #render(Map, Clock)}, with the time of day. */
  public String render(Map<String, Object> context) {
    return render(context, Clock.systemDefaultZone());
  }

  /**
   * @param context the template's variables: {@code messages}, {@code tools}, {@code add_generation_prompt},
   *     {@code bos_token} and so on, made of Map, List, String, Long, Integer, BigInteger, Double, Boolean and null;
   *     {@code tools} and {@code documents} are None where absent
   * @param clock   what {@code strftime_now} reads
   * @throws TemplateException if the template raises an error, its own or one of the language
   */
  public String render(Map<String, Object> context, Clock clock) {
    Map<String, Object> variables = new HashMap<>(context);
    variables.putIfAbsent("tools", null);
    variables.putIfAbsent("documents", null);
    try {
      return Interpreter.render(template, variables, clock);
    } catch (TemplateFailure e) {
      boolean own = e.kind().equals("TemplateError") || e.kind().equals("NotSupported");
      throw new TemplateException(name, e.line(), own ? "" : e.kind(), e.getMessage());
    }
  }
}
