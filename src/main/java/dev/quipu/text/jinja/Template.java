package dev.quipu.text.jinja;

import dev.quipu.text.jinja.Node.Stmt;
import java.util.List;

/** A parsed template. Never changes, so that any number of threads may render it. */
public final class Template {

  private final List<Stmt> body;
  private final Frame frame;

  private Template(List<Stmt> body, Frame frame) {
    this.body = body;
    this.frame = frame;
  }

  /** @throws TemplateSyntaxException if the source is no template, with the line */
  public static Template parse(String source) {
    List<Stmt> body = Parser.parse(source);
    return new Template(body, Analysis.run(body));
  }

  List<Stmt> body() {
    return body;
  }

  Frame frame() {
    return frame;
  }
}
