package dev.quipu.text.jinja;

import dev.quipu.text.jinja.Node.Expr;
import dev.quipu.text.jinja.Node.Signature;
import dev.quipu.text.jinja.Node.Stmt;
import dev.quipu.text.jinja.Node.Target;
import dev.quipu.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads statements from tokens, and leaves the expressions in them to {@link ExpressionParser}. Follows
 * jinja2/parser.py, with the tags of {@code loopcontrols} and {@code generation}. Refuses what needs other templates.
 */
final class Parser {

  private static final int MAX_NESTING = 100;

  private final TokenStream in;
  private final ExpressionParser expressions;
  private int nesting;

  private Parser(TokenStream in) {
    this.in = in;
    this.expressions = new ExpressionParser(in);
  }

  /** @throws TemplateSyntaxException if the source is no template */
  static List<Stmt> parse(String source) {
    TokenStream in = new TokenStream(Lexer.tokens(source));
    List<Stmt> body = new Parser(in).body();
    if (in.current().kind() != Kind.EOF) {
      throw in.fail("unexpected " + in.current().describe());
    }
    return body;
  }

  /** Statements up to the end of the template or to one of the end tags, whose name is then the current token. */
  private List<Stmt> body(String... ends) {
    if (++nesting > MAX_NESTING) {
      throw in.fail("blocks are nested more than " + MAX_NESTING + " deep");
    }
    List<Stmt> body = new ArrayList<>();
    List<Expr> output = new ArrayList<>();
    while (in.current().kind() != Kind.EOF) {
      Token token = in.next();
      if (token.kind() == Kind.DATA) {
        output.add(new Node.Data((String) token.value(), token.line()));
      } else if (token.kind() == Kind.VARIABLE_BEGIN) {
        output.add(expressions.tuple());
        in.expect(Kind.VARIABLE_END);
      } else {
        flush(output, body);
        if (in.atName(ends)) {
          nesting--;
          return body;
        }
        body.add(statement());
        in.expect(Kind.BLOCK_END);
      }
    }
    if (ends.length > 0) {
      throw in.fail("unexpected end of template: expected {% " + String.join(" %} or {% ", ends) + " %}");
    }
    flush(output, body);
    return body;
  }

  private static void flush(List<Expr> output, List<Stmt> body) {
    if (!output.isEmpty()) {
      body.add(new Node.Output(List.copyOf(output), output.getFirst().line()));
      output.clear();
    }
  }

  /** A tag's body: after the rest of the tag, up to the end tag, which is taken too. */
  private List<Stmt> block(String end) {
    List<Stmt> body = blockUntil(end);
    in.next();
    return body;
  }

  private List<Stmt> blockUntil(String... ends) {
    in.skipOperator(":");
    in.expect(Kind.BLOCK_END);
    return body(ends);
  }

  private Stmt statement() {
    Token tag = in.current();
    if (tag.kind() != Kind.NAME) {
      throw in.fail("tag name expected, found " + tag.describe());
    }
    in.next();
    int line = tag.line();
    return switch ((String) tag.value()) {
      case "for" -> forLoop(line);
      case "if" -> ifElse(line);
      case "set" -> set(line);
      case "macro" -> macro(line);
      case "call" -> callBlock(line);
      case "filter" -> filterBlock(line);
      case "with" -> with(line);
      case "print" -> print(line);
      case "block" -> namedBlock(line);
      case "autoescape" -> autoescape(line);
      case "generation" -> new Node.Generation(block("endgeneration"), new Frame(), line);
      case "break" -> new Node.Break(line);
      case "continue" -> new Node.Continue(line);
      case "extends", "include", "import", "from" -> throw new TemplateSyntaxException(
          "{% " + tag.value() + " %} is not supported: a chat template stands alone", line);
      default -> throw new TemplateSyntaxException("encountered unknown tag '" + tag.value() + "'", line);
    };
  }

  private Stmt forLoop(int line) {
    Target target = expressions.target("in", false);
    in.expectName("in");
    Expr iterable = expressions.tuple(false, "recursive");
    Expr test = in.skipName("if") ? expressions.expression() : null;
    boolean recursive = in.skipName("recursive");
    List<Stmt> body = blockUntil("endfor", "else");
    List<Stmt> otherwise = in.next().isName("endfor") ? List.of() : block("endfor");
    return new Node.For(
        target, iterable, test, recursive, body, otherwise, new Frame(), new Frame(), new Frame(), line);
  }

  private Stmt ifElse(int line) {
    List<Expr> tests = new ArrayList<>();
    List<List<Stmt>> bodies = new ArrayList<>();
    do {
      tests.add(expressions.tuple(false, null));
      bodies.add(blockUntil("elif", "else", "endif"));
    } while (in.skipName("elif"));
    List<Stmt> otherwise = in.next().isName("else") ? block("endif") : List.of();
    return new Node.If(tests, bodies, otherwise, line);
  }

  private Stmt set(int line) {
    Target target = expressions.target(null, true);
    if (in.skipOperator("=")) {
      return new Node.Set(target, expressions.tuple(), line);
    }
    Expr filter = in.current().isOperator("|") ? expressions.filters(new Node.Captured(line)) : null;
    return new Node.SetBlock(target, filter, block("endset"), new Frame(), line);
  }

  private Stmt macro(int line) {
    String name = expressions.assignableName();
    List<String> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    signature(parameters, defaults);
    return new Node.MacroDef(name, new Signature(parameters, defaults, block("endmacro"), new Frame()), line);
  }

  private void signature(List<String> parameters, List<Expr> defaults) {
    in.expectOperator("(");
    while (!in.current().isOperator(")")) {
      if (!parameters.isEmpty()) {
        in.expectOperator(",");
      }
      String name = expressions.assignableName();
      if (parameters.contains(name)) {
        throw in.fail("duplicate argument '" + name + "'");
      }
      parameters.add(name);
      if (in.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw in.fail("non-default argument follows default argument");
      }
    }
    in.next();
  }

  private Stmt callBlock(int line) {
    List<String> parameters = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    if (in.current().isOperator("(")) {
      signature(parameters, defaults);
    }
    if (!(expressions.expression() instanceof Node.Call call)) {
      throw in.fail("expected a call");
    }
    return new Node.CallBlock(call, new Signature(parameters, defaults, block("endcall"), new Frame()), line);
  }

  private Stmt filterBlock(int line) {
    Expr filter = expressions.filtersInline(new Node.Captured(line));
    return new Node.FilterBlock(filter, block("endfilter"), new Frame(), line);
  }

  private Stmt with(int line) {
    List<Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (in.current().kind() != Kind.BLOCK_END && !in.current().isOperator(":")) {
      if (!targets.isEmpty()) {
        in.expectOperator(",");
      }
      targets.add(expressions.target(null, false));
      in.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Node.With(targets, values, block("endwith"), new Frame(), line);
  }

  private Stmt print(int line) {
    List<Expr> parts = new ArrayList<>();
    while (in.current().kind() != Kind.BLOCK_END) {
      if (!parts.isEmpty()) {
        in.expectOperator(",");
      }
      parts.add(expressions.expression());
    }
    return new Node.Output(parts, line);
  }

  private Stmt namedBlock(int line) {
    String name = in.expectAnyName();
    boolean scoped = in.skipName("scoped");
    boolean required = in.skipName("required");
    List<Stmt> body = block("endblock");
    in.skipName(name);
    return new Node.Block(name, scoped, required, body, new Frame(), line);
  }

  private Stmt autoescape(int line) {
    Expr on = expressions.expression();
    return new Node.Autoescape(on, block("endautoescape"), new Frame(), line);
  }
}
