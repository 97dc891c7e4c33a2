package dev.quipu.text.jinja;

import dev.quipu.text.jinja.Node.Arguments;
import dev.quipu.text.jinja.Node.Expr;
import dev.quipu.text.jinja.Node.Target;
import dev.quipu.text.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads expressions and assignment targets, loosest operator first: conditional, or, and, not, comparison, sum, {@code
 * ~}, product, power, sign, filters and tests. Follows jinja2/parser.py, oddities included: {@code **} groups to the
 * left, {@code ~} binds tighter than {@code +}, a sign tighter than a filter.
 */
final class ExpressionParser {

  private static final int MAX_NESTING = 100;
  private static final int MAX_CHAIN = 1000;

  private final TokenStream in;
  private int nesting;

  ExpressionParser(TokenStream in) {
    this.in = in;
  }

  Expr expression() {
    return conditional();
  }

  /** An expression, or a tuple where commas follow. */
  Expr tuple() {
    return tuple(true, null);
  }

  /** @param end a name that ends the tuple, or null */
  Expr tuple(boolean withConditional, String end) {
    return tuple(withConditional, end, false);
  }

  /** A name, a tuple of names or, where allowed, a namespace's attribute. */
  Target target(String end, boolean withNamespace) {
    int line = in.current().line();
    List<Target> items = new ArrayList<>();
    boolean tuple = false;
    while (!atTupleEnd(end)) {
      items.add(oneTarget(withNamespace));
      if (!in.skipOperator(",")) {
        break;
      }
      tuple = true;
    }
    if (items.isEmpty()) {
      throw in.fail("expected an expression, got " + in.current().describe());
    }
    return tuple ? new Node.TupleTarget(items, line) : items.getFirst();
  }

  String assignableName() {
    String name = in.expectAnyName();
    if (isConstant(name)) {
      throw in.fail("can't assign to '" + name + "'");
    }
    return name;
  }

  /** The filters that follow, each introduced by a bar. */
  Expr filters(Expr operand) {
    Expr result = operand;
    for (int i = 0; in.skipOperator("|"); i++) {
      result = filter(result);
      checkChain(i);
    }
    return result;
  }

  /** As {@link #filters}, but the first filter has no bar. */
  Expr filtersInline(Expr operand) {
    return filters(filter(operand));
  }

  private Target oneTarget(boolean withNamespace) {
    Token token = in.current();
    if (in.skipOperator("(")) {
      Target target = atTupleEnd(null) ? new Node.TupleTarget(List.of(), token.line()) : target(null, false);
      in.expectOperator(")");
      return target;
    }
    if (token.kind() != Kind.NAME) {
      throw in.fail("can't assign to " + token.describe());
    }
    String name = assignableName();
    if (withNamespace && in.skipOperator(".")) {
      return new Node.NamespaceTarget(name, in.expectAnyName(), token.line());
    }
    return new Node.NameTarget(name, token.line());
  }

  private boolean atTupleEnd(String end) {
    Token token = in.current();
    return token.kind() == Kind.VARIABLE_END || token.kind() == Kind.BLOCK_END || token.isOperator(")")
        || end != null && token.isName(end);
  }

  private Expr tuple(boolean withConditional, String end, boolean parenthesized) {
    int line = in.current().line();
    List<Expr> items = new ArrayList<>();
    boolean tuple = false;
    while (!atTupleEnd(end)) {
      items.add(withConditional ? conditional() : or());
      if (!in.skipOperator(",")) {
        break;
      }
      tuple = true;
    }
    if (!tuple && !items.isEmpty()) {
      return items.getFirst();
    }
    if (!tuple && !parenthesized) {
      throw in.fail("expected an expression, got " + in.current().describe());
    }
    return new Node.TupleExpr(items, line);
  }

  private Expr conditional() {
    nest();
    int line = in.current().line();
    Expr result = or();
    for (int i = 0; in.skipName("if"); i++) {
      Expr test = or();
      Expr otherwise = in.skipName("else") ? conditional() : null;
      result = new Node.Conditional(test, result, otherwise, line);
      checkChain(i);
    }
    nesting--;
    return result;
  }

  private Expr or() {
    Expr left = and();
    for (int i = 0; in.current().isName("or"); i++) {
      int line = in.next().line();
      left = new Node.Or(left, and(), line);
      checkChain(i);
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    for (int i = 0; in.current().isName("and"); i++) {
      int line = in.next().line();
      left = new Node.And(left, not(), line);
      checkChain(i);
    }
    return left;
  }

  private Expr not() {
    if (!in.current().isName("not")) {
      return comparison();
    }
    nest();
    int line = in.next().line();
    Expr result = new Node.Not(not(), line);
    nesting--;
    return result;
  }

  private Expr comparison() {
    int line = in.current().line();
    Expr first = sum();
    List<String> operators = new ArrayList<>(0);
    List<Expr> rest = new ArrayList<>(0);
    for (String operator = comparisonOperator(); operator != null; operator = comparisonOperator()) {
      operators.add(operator);
      rest.add(sum());
    }
    return operators.isEmpty() ? first : new Node.Compare(first, operators, rest, line);
  }

  private String comparisonOperator() {
    Token token = in.current();
    if (token.kind() == Kind.OPERATOR) {
      return switch ((String) token.value()) {
        case "==", "!=", "<", "<=", ">", ">=" -> (String) in.next().value();
        default -> null;
      };
    }
    if (in.skipName("in")) {
      return "in";
    }
    if (token.isName("not") && in.look().isName("in")) {
      in.next();
      in.next();
      return "not in";
    }
    return null;
  }

  private Expr sum() {
    Expr left = concat();
    for (int i = 0; in.current().isOperator("+") || in.current().isOperator("-"); i++) {
      Token operator = in.next();
      left = new Node.Binary((String) operator.value(), left, concat(), operator.line());
      checkChain(i);
    }
    return left;
  }

  private Expr concat() {
    int line = in.current().line();
    Expr first = product();
    if (!in.current().isOperator("~")) {
      return first;
    }
    List<Expr> parts = new ArrayList<>();
    parts.add(first);
    while (in.skipOperator("~")) {
      parts.add(product());
    }
    return new Node.Concat(parts, line);
  }

  private Expr product() {
    Expr left = power();
    for (int i = 0; atProduct(); i++) {
      Token operator = in.next();
      left = new Node.Binary((String) operator.value(), left, power(), operator.line());
      checkChain(i);
    }
    return left;
  }

  private boolean atProduct() {
    Token token = in.current();
    return token.isOperator("*") || token.isOperator("/") || token.isOperator("//") || token.isOperator("%");
  }

  private Expr power() {
    Expr left = unary(true);
    for (int i = 0; in.current().isOperator("**"); i++) {
      Token operator = in.next();
      left = new Node.Binary("**", left, unary(true), operator.line());
      checkChain(i);
    }
    return left;
  }

  private Expr unary(boolean withFilters) {
    nest();
    Token token = in.current();
    Expr result;
    if (token.isOperator("-") || token.isOperator("+")) {
      in.next();
      result = new Node.Unary(((String) token.value()).charAt(0), unary(false), token.line());
    } else {
      result = primary();
    }
    result = postfix(result);
    nesting--;
    return withFilters ? filtersAndTests(result) : result;
  }

  private Expr primary() {
    Token token = in.next();
    return switch (token.kind()) {
      case NAME -> name((String) token.value(), token.line());
      case STRING -> strings(token);
      case INTEGER, FLOAT -> new Node.Const(token.value(), token.line());
      case OPERATOR -> bracketed(token);
      case DATA, BLOCK_BEGIN, BLOCK_END, VARIABLE_BEGIN, VARIABLE_END, EOF -> throw unexpected(token);
    };
  }

  private static Expr name(String name, int line) {
    return switch (name) {
      case "true", "True" -> new Node.Const(true, line);
      case "false", "False" -> new Node.Const(false, line);
      case "none", "None" -> new Node.Const(null, line);
      default -> new Node.Name(name, line);
    };
  }

  private static boolean isConstant(String name) {
    return name(name, 0) instanceof Node.Const;
  }

  private Expr strings(Token first) {
    String text = (String) first.value();
    if (in.current().kind() != Kind.STRING) {
      return new Node.Const(text, first.line());
    }
    StringBuilder all = new StringBuilder(text);
    while (in.current().kind() == Kind.STRING) {
      all.append(in.next().value());
    }
    return new Node.Const(all.toString().intern(), first.line());
  }

  private Expr bracketed(Token token) {
    switch ((String) token.value()) {
      case "(" -> {
        Expr inner = tuple(true, null, true);
        in.expectOperator(")");
        return inner;
      }
      case "[" -> {
        return list(token.line());
      }
      case "{" -> {
        return dict(token.line());
      }
      default -> throw unexpected(token);
    }
  }

  private Expr list(int line) {
    List<Expr> items = new ArrayList<>();
    while (!in.skipOperator("]")) {
      items.add(conditional());
      if (!in.current().isOperator("]")) {
        in.expectOperator(",");
      }
    }
    return new Node.ListExpr(items, line);
  }

  private Expr dict(int line) {
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!in.skipOperator("}")) {
      keys.add(conditional());
      in.expectOperator(":");
      values.add(conditional());
      if (!in.current().isOperator("}")) {
        in.expectOperator(",");
      }
    }
    return new Node.DictExpr(keys, values, line);
  }

  private Expr postfix(Expr operand) {
    Expr result = operand;
    for (int i = 0; ; i++) {
      if (in.current().isOperator(".")) {
        result = attribute(result);
      } else if (in.current().isOperator("[")) {
        result = subscript(result);
      } else if (in.current().isOperator("(")) {
        result = call(result);
      } else {
        return result;
      }
      checkChain(i);
    }
  }

  private Expr filtersAndTests(Expr operand) {
    Expr result = operand;
    for (int i = 0; ; i++) {
      if (in.skipOperator("|")) {
        result = filter(result);
      } else if (in.current().isName("is")) {
        result = test(result);
      } else if (in.current().isOperator("(")) {
        result = call(result);
      } else {
        return result;
      }
      checkChain(i);
    }
  }

  private Expr attribute(Expr object) {
    int line = in.next().line();
    Token token = in.next();
    return switch (token.kind()) {
      case NAME -> new Node.Attribute(object, (String) token.value(), line);
      case INTEGER -> new Node.Item(object, new Node.Const(token.value(), line), line);
      default -> throw new TemplateSyntaxException("expected name or number, found " + token.describe(), token.line());
    };
  }

  private Expr subscript(Expr object) {
    int line = in.next().line();
    if (in.current().isOperator("]")) {
      throw in.fail("expected an expression, got ]");
    }
    Expr first = subscripted(object, line);
    if (in.current().isOperator(",") && first instanceof Node.Item item) {
      first = new Node.Item(object, tupleKey(item.key(), line), line);
    }
    in.expectOperator("]");
    return first;
  }

  private Expr tupleKey(Expr first, int line) {
    List<Expr> keys = new ArrayList<>(List.of(first));
    while (in.skipOperator(",")) {
      keys.add(conditional());
    }
    return new Node.TupleExpr(keys, line);
  }

  private Expr subscripted(Expr object, int line) {
    Expr start = in.current().isOperator(":") ? null : conditional();
    if (!in.skipOperator(":")) {
      return new Node.Item(object, start, line);
    }
    Expr stop = atSliceEnd() || in.current().isOperator(":") ? null : conditional();
    Expr step = in.skipOperator(":") && !atSliceEnd() ? conditional() : null;
    return new Node.Slice(object, start, stop, step, line);
  }

  private boolean atSliceEnd() {
    return in.current().isOperator("]") || in.current().isOperator(",");
  }

  private Expr call(Expr function) {
    int line = in.current().line();
    return new Node.Call(function, arguments(), line);
  }

  private Expr filter(Expr operand) {
    int line = in.current().line();
    String name = dottedName();
    Arguments arguments = in.current().isOperator("(") ? arguments() : Arguments.NONE;
    return new Node.Filter(operand, name, arguments, line);
  }

  private Expr test(Expr operand) {
    int line = in.next().line();
    boolean negated = in.skipName("not");
    String name = dottedName();
    Expr test = new Node.Test(operand, name, testArguments(), line);
    return negated ? new Node.Not(test, line) : test;
  }

  private Arguments testArguments() {
    if (in.current().isOperator("(")) {
      return arguments();
    }
    if (!atTestArgument()) {
      return Arguments.NONE;
    }
    if (in.current().isName("is")) {
      throw in.fail("you cannot chain multiple tests with is");
    }
    return new Arguments(List.of(postfix(primary())), List.of(), List.of(), null, null);
  }

  private boolean atTestArgument() {
    Token token = in.current();
    return switch (token.kind()) {
      case NAME -> !in.atName("else", "or", "and");
      case STRING, INTEGER, FLOAT -> true;
      case OPERATOR -> token.isOperator("[") || token.isOperator("{");
      case DATA, BLOCK_BEGIN, BLOCK_END, VARIABLE_BEGIN, VARIABLE_END, EOF -> false;
    };
  }

  private String dottedName() {
    String name = in.expectAnyName();
    while (in.skipOperator(".")) {
      name += "." + in.expectAnyName();
    }
    return name;
  }

  private Arguments arguments() {
    nest();
    in.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<Expr> named = new ArrayList<>();
    Expr star = null;
    Expr stars = null;
    while (!in.skipOperator(")")) {
      if (in.skipOperator("*")) {
        require(star == null && stars == null);
        star = conditional();
      } else if (in.skipOperator("**")) {
        require(stars == null);
        stars = conditional();
      } else if (in.current().kind() == Kind.NAME && in.look().isOperator("=")) {
        require(stars == null);
        names.add(in.expectAnyName());
        in.next();
        named.add(conditional());
      } else {
        require(star == null && stars == null && names.isEmpty());
        positional.add(conditional());
      }
      if (!in.current().isOperator(")")) {
        in.expectOperator(",");
      }
    }
    requireDistinct(names);
    nesting--;
    return new Arguments(positional, names, named, star, stars);
  }

  private void require(boolean valid) {
    if (!valid) {
      throw in.fail("invalid syntax for function call expression");
    }
  }

  private void requireDistinct(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw in.fail("keyword argument repeated: " + name);
      }
    }
  }

  private void nest() {
    if (++nesting > MAX_NESTING) {
      throw in.fail("the expression is nested more than " + MAX_NESTING + " deep");
    }
  }

  private void checkChain(int links) {
    if (links > MAX_CHAIN) {
      throw in.fail("the expression has more than " + MAX_CHAIN + " operators in a row");
    }
  }

  private static TemplateSyntaxException unexpected(Token token) {
    return new TemplateSyntaxException("unexpected " + token.describe(), token.line());
  }
}
