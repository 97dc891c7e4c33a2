package dev.quipu.text.jinja;

import dev.quipu.text.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template with a place in them. Knows no grammar. */
final class TokenStream {

  private final List<Token> tokens;
  private int pos;

  /** @param tokens the last of them the end of the template, which is never passed */
  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(pos);
  }

  Token look() {
    return tokens.get(Math.min(pos + 1, tokens.size() - 1));
  }

  /** The current token; moves to the next. */
  Token next() {
    Token token = tokens.get(pos);
    if (pos < tokens.size() - 1) {
      pos++;
    }
    return token;
  }

  boolean atName(String... names) {
    for (String name : names) {
      if (current().isName(name)) {
        return true;
      }
    }
    return false;
  }

  boolean skipName(String name) {
    boolean here = current().isName(name);
    if (here) {
      next();
    }
    return here;
  }

  boolean skipOperator(String operator) {
    boolean here = current().isOperator(operator);
    if (here) {
      next();
    }
    return here;
  }

  void expect(Kind kind) {
    if (current().kind() != kind) {
      throw expected(new Token(kind, "", 0).describe());
    }
    next();
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw expected(name);
    }
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw expected(operator);
    }
  }

  String expectAnyName() {
    if (current().kind() != Kind.NAME) {
      throw expected("a name");
    }
    return (String) next().value();
  }

  TemplateSyntaxException fail(String message) {
    return new TemplateSyntaxException(message, current().line());
  }

  private TemplateSyntaxException expected(String what) {
    return fail("expected " + what + ", found " + current().describe());
  }
}
