package dev.quipu.text.jinja;

import dev.quipu.text.jinja.Node.Arguments;
import dev.quipu.text.jinja.Node.Expr;
import dev.quipu.text.jinja.Node.Signature;
import dev.quipu.text.jinja.Node.Stmt;
import dev.quipu.text.jinja.Node.Target;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a parsed template once: statements print, expressions have values. One interpreter a rendering. */
public final class Interpreter {

  /** CPython's recursion limit of 1,000 frames ends a macro that calls itself at about this depth. */
  private static final int MAX_CALLS = 190;

  private enum Flow { NEXT, BREAK, CONTINUE }

  private final Variables variables;
  private final Clock clock;
  private final Work work;
  private int line = 1;
  private int calls;
  private boolean autoescape;
  private Object captured;

  private Interpreter(Map<String, Object> context, Clock clock) {
    this.variables = new Variables(context);
    this.clock = clock;
    this.work = Work.begin(context);
  }

  /** @throws TemplateFailure with the line and what Python would raise */
  public static String render(Template template, Map<String, Object> context, Clock clock) {
    Interpreter interpreter = new Interpreter(context, clock);
    try {
      StringBuilder out = new StringBuilder(1024);
      interpreter.run(template.body(), Scope.enter(template.frame(), null, interpreter.variables), out);
      return out.toString();
    } catch (PyException e) {
      throw new TemplateFailure(e.kind(), e.getMessage(), interpreter.line);
    } catch (StackOverflowError _) {
      // the limits on nesting and calls leave room in any usual stack; a small one ends here
      throw new TemplateFailure("RecursionError", "the template is nested too deep for this thread", interpreter.line);
    } finally {
      Work.end();
    }
  }

  LocalDateTime now() {
    return LocalDateTime.now(clock);
  }

  boolean autoescape() {
    return autoescape;
  }

  /** What this rendering may still do. */
  Work work() {
    return work;
  }

  /** Calls whatever can be called. */
  Object call(Object function, Args args) {
    if (function instanceof BoundMethod method) {
      return Methods.call(method.self(), method.name(), args);
    }
    if (function instanceof Globals.Function global) {
      return Globals.call(global.name(), args, this);
    }
    if (function instanceof Macro macro) {
      return macro(macro, args);
    }
    if (function instanceof LoopContext loop) {
      return recurse(loop, args);
    }
    if (function instanceof Joiner joiner) {
      args.positional("joiner", 0, 0);
      return joiner.call();
    }
    if (function instanceof Undefined undefined) {
      throw undefined.failure();
    }
    throw PyException.type(PyFormat.repr(Values.typeName(function)) + " object is not callable");
  }

  private Flow run(List<Stmt> body, Scope scope, StringBuilder out) {
    for (int i = 0; i < body.size(); i++) {
      Flow flow = run(body.get(i), scope, out);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow run(Stmt stmt, Scope scope, StringBuilder out) {
    line = stmt.line();
    work.step();
    return switch (stmt) {
      case Node.Output s -> output(s, scope, out);
      case Node.For s -> forLoop(s, scope, out);
      case Node.If s -> ifElse(s, scope, out);
      case Node.Set s -> set(s, scope);
      case Node.SetBlock s -> setBlock(s, scope);
      case Node.FilterBlock s -> filterBlock(s, scope, out);
      case Node.With s -> with(s, scope, out);
      case Node.MacroDef s -> store(s.name(), new Macro(s.name(), s.signature(), scope, autoescape), scope);
      case Node.CallBlock s -> callBlock(s, scope, out);
      case Node.Generation s -> generation(s, scope, out);
      case Node.Block s -> block(s, scope, out);
      case Node.Autoescape s -> autoescape(s, scope, out);
      case Node.Break _ -> Flow.BREAK;
      case Node.Continue _ -> Flow.CONTINUE;
    };
  }

  private Flow output(Node.Output s, Scope scope, StringBuilder out) {
    for (int i = 0; i < s.parts().size(); i++) {
      Expr part = s.parts().get(i);
      if (part instanceof Node.Data data) {
        append(data.text(), out);
      } else {
        line = part.line();
        print(value(part, scope), out);
      }
    }
    return Flow.NEXT;
  }

  private void print(Object value, StringBuilder out) {
    append(autoescape ? Markup.escape(value).text() : PyFormat.str(value), out);
  }

  private void append(String text, StringBuilder out) {
    out.append(text);
    work.make(text);
    Operators.checkLength(out.length());
  }

  private Flow ifElse(Node.If s, Scope scope, StringBuilder out) {
    for (int i = 0; i < s.tests().size(); i++) {
      if (Values.isTrue(value(s.tests().get(i), scope))) {
        return run(s.bodies().get(i), scope, out);
      }
    }
    return run(s.otherwise(), scope, out);
  }

  private Flow forLoop(Node.For s, Scope scope, StringBuilder out) {
    Object items = value(s.iterable(), scope);
    if (!s.recursive()) {
      return iterate(s, items, 0, scope, out);
    }
    print(recursion(s, items, 0, scope), out);
    return Flow.NEXT;
  }

  private Object recurse(LoopContext loop, Args args) {
    Object items = args.positional("loop", 1, 1)[0];
    if (!loop.statement.recursive()) {
      throw PyException.type("The loop must have the 'recursive' marker to be called recursively.");
    }
    return recursion(loop.statement, items, loop.depth0 + 1, loop.outer);
  }

  private Object recursion(Node.For s, Object items, int depth, Scope scope) {
    enterCall();
    StringBuilder out = new StringBuilder();
    iterate(s, items, depth, scope, out);
    calls--;
    return captured(out);
  }

  /** Python's for: the else part runs unless a body has run to its end. */
  private Flow iterate(Node.For s, Object items, int depth, Scope scope, StringBuilder out) {
    LoopContext loop = s.test() == null
        ? new LoopContext(s, scope, depth, Values.iterator(items), Values.isSized(items) ? Values.length(items) : -1)
        : new LoopContext(s, scope, depth, new Filtered(s, Values.iterator(items), scope), -1);
    boolean completed = false;
    while (loop.hasNext()) {
      work.step();
      Scope inner = Scope.enter(s.frame(), scope, variables);
      inner.set("loop", loop);
      assign(s.target(), loop.next(), inner);
      Flow flow = run(s.body(), inner, out);
      if (flow == Flow.BREAK) {
        break;
      }
      completed |= flow == Flow.NEXT;
    }
    if (completed || s.otherwise().isEmpty()) {
      return Flow.NEXT;
    }
    return run(s.otherwise(), Scope.enter(s.elseFrame(), scope, variables), out);
  }

  /** The items that pass the test of {@code for … if test}, tested when asked for. */
  private final class Filtered implements Iterator<Object> {

    private final Node.For statement;
    private final Iterator<Object> all;
    private final Scope scope;
    private Object next;
    private boolean ready;

    Filtered(Node.For statement, Iterator<Object> all, Scope outer) {
      this.statement = statement;
      this.all = all;
      this.scope = Scope.enter(statement.testFrame(), outer, variables);
    }

    @Override
    public boolean hasNext() {
      while (!ready && all.hasNext()) {
        next = all.next();
        assign(statement.target(), next, scope);
        ready = Values.isTrue(value(statement.test(), scope));
      }
      return ready;
    }

    @Override
    public Object next() {
      ready = false;
      return next;
    }
  }

  private Flow set(Node.Set s, Scope scope) {
    requireNamespaces(s.target(), scope);
    assign(s.target(), value(s.value(), scope), scope);
    return Flow.NEXT;
  }

  private Flow setBlock(Node.SetBlock s, Scope scope) {
    Scope inner = Scope.enter(s.frame(), scope, variables);
    StringBuilder out = new StringBuilder();
    Flow flow = run(s.body(), inner, out);
    if (flow != Flow.NEXT) {
      return flow;
    }
    requireNamespaces(s.target(), scope);
    Object text = captured(out);
    if (s.filter() != null) {
      captured = text;
      text = value(s.filter(), inner);
    }
    assign(s.target(), autoescape && !(text instanceof Markup) ? new Markup(PyFormat.str(text)) : text, scope);
    return Flow.NEXT;
  }

  private Object captured(StringBuilder out) {
    return autoescape ? new Markup(out.toString()) : out.toString();
  }

  private Flow filterBlock(Node.FilterBlock s, Scope scope, StringBuilder out) {
    Scope inner = Scope.enter(s.frame(), scope, variables);
    StringBuilder body = new StringBuilder();
    Flow flow = run(s.body(), inner, body);
    if (flow == Flow.NEXT) {
      captured = captured(body);
      print(value(s.filter(), inner), out);
    }
    return flow;
  }

  private Flow with(Node.With s, Scope scope, StringBuilder out) {
    Scope inner = Scope.enter(s.frame(), scope, variables);
    for (int i = 0; i < s.targets().size(); i++) {
      assign(s.targets().get(i), value(s.values().get(i), scope), inner);
    }
    return run(s.body(), inner, out);
  }

  private Flow callBlock(Node.CallBlock s, Scope scope, StringBuilder out) {
    Macro caller = new Macro(null, s.signature(), scope, autoescape);
    Object function = value(s.call().function(), scope);
    Args args = args(s.call().arguments(), scope);
    Map<String, Object> named = new LinkedHashMap<>(args.named());
    if (named.put("caller", caller) != null) {
      throw PyException.type("got multiple values for keyword argument 'caller'");
    }
    line = s.line();
    print(call(function, new Args(args.positional(), named)), out);
    return Flow.NEXT;
  }

  private Flow generation(Node.Generation s, Scope scope, StringBuilder out) {
    StringBuilder body = new StringBuilder();
    run(s.body(), Scope.enter(s.frame(), scope, variables), body);
    print(captured(body), out);
    return Flow.NEXT;
  }

  /** Without inheritance a block prints its body where it stands; it sees what the template exports. */
  private Flow block(Node.Block s, Scope scope, StringBuilder out) {
    if (s.required()) {
      throw PyException.runtime("Required block " + PyFormat.repr(s.name()) + " not found");
    }
    run(s.body(), Scope.enter(s.frame(), s.scoped() ? scope : null, variables), out);
    return Flow.NEXT;
  }

  private Flow autoescape(Node.Autoescape s, Scope scope, StringBuilder out) {
    boolean outer = autoescape;
    Scope inner = Scope.enter(s.frame(), scope, variables);
    autoescape = Values.isTrue(value(s.on(), inner));
    Flow flow = run(s.body(), inner, out);
    autoescape = outer;
    return flow;
  }

  private void requireNamespaces(Target target, Scope scope) {
    if (target instanceof Node.NamespaceTarget t && !(scope.get(t.name()) instanceof Namespace)) {
      throw PyException.runtime("cannot assign attribute on non-namespace object");
    }
    if (target instanceof Node.TupleTarget tuple) {
      for (Target item : tuple.items()) {
        requireNamespaces(item, scope);
      }
    }
  }

  private void assign(Target target, Object value, Scope scope) {
    switch (target) {
      case Node.NameTarget t -> store(t.name(), value, scope);
      case Node.NamespaceTarget t -> ((Namespace) scope.get(t.name())).put(t.attribute(), value);
      case Node.TupleTarget t -> unpack(t.items(), value, scope);
    }
  }

  private Flow store(String name, Object value, Scope scope) {
    scope.set(name, value);
    if (scope.isRoot()) {
      variables.export(name, value);
    }
    return Flow.NEXT;
  }

  private void unpack(List<Target> targets, Object value, Scope scope) {
    if (!Values.isIterable(value)) {
      throw PyException.type("cannot unpack non-iterable " + Values.typeName(value) + " object");
    }
    List<Object> items = Values.list(value);
    if (items.size() < targets.size()) {
      throw PyException.value("not enough values to unpack (expected " + targets.size() + ", got " + items.size()
          + ")");
    }
    if (items.size() > targets.size()) {
      throw PyException.value("too many values to unpack (expected " + targets.size() + ")");
    }
    for (int i = 0; i < targets.size(); i++) {
      assign(targets.get(i), items.get(i), scope);
    }
  }

  private Object macro(Macro macro, Args args) {
    enterCall();
    Signature signature = macro.signature();
    Scope scope = Scope.enter(signature.frame(), macro.scope(), variables);
    boolean outer = autoescape;
    autoescape = macro.autoescape();
    bind(macro, args, scope);
    StringBuilder out = new StringBuilder();
    run(signature.body(), scope, out);
    autoescape = outer;
    calls--;
    return captured(out);
  }

  private void enterCall() {
    if (++calls > MAX_CALLS) {
      throw new PyException("RecursionError", "calls are nested more than " + MAX_CALLS + " deep");
    }
  }

  /** As jinja2/runtime.py, Macro.__call__: positions, then names, then defaults; the rest to varargs and kwargs. */
  private void bind(Macro macro, Args args, Scope scope) {
    List<String> parameters = macro.signature().parameters();
    Map<String, Object> named = new LinkedHashMap<>(args.named());
    int given = Math.min(args.size(), parameters.size());
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i);
      if (i < given) {
        scope.set(name, args.positional().get(i));
      } else if (named.containsKey(name)) {
        scope.set(name, named.remove(name));
      }
    }
    bindSpecials(macro, args, named, scope);
    bindDefaults(macro.signature(), scope);
  }

  private void bindSpecials(Macro macro, Args args, Map<String, Object> named, Scope scope) {
    Frame frame = macro.signature().frame();
    List<String> parameters = macro.signature().parameters();
    if (frame.usesCaller && !parameters.contains("caller")) {
      Object caller = named.remove("caller");
      scope.set("caller", caller == null ? Undefined.because("No caller defined") : caller);
    }
    if (frame.usesKwargs) {
      scope.set("kwargs", Globals.dict(new Args(List.of(), named)));
    } else if (!named.isEmpty()) {
      throw PyException.type("macro " + PyFormat.repr(macro.name()) + " takes no keyword argument "
          + PyFormat.repr(named.keySet().iterator().next()));
    }
    List<Object> rest = args.positional().subList(Math.min(args.size(), parameters.size()), args.size());
    if (frame.usesVarargs) {
      scope.set("varargs", new Tuple(rest));
    } else if (!rest.isEmpty()) {
      throw PyException.type("macro " + PyFormat.repr(macro.name()) + " takes not more than " + parameters.size()
          + " argument(s)");
    }
  }

  private void bindDefaults(Signature signature, Scope scope) {
    int first = signature.parameters().size() - signature.defaults().size();
    for (int i = 0; i < signature.parameters().size(); i++) {
      String name = signature.parameters().get(i);
      if (scope.get(name) == Scope.MISSING) {
        scope.set(name, i >= first
            ? value(signature.defaults().get(i - first), scope)
            : Undefined.because("parameter " + PyFormat.repr(name) + " was not provided"));
      }
    }
  }

  private Object value(Expr expr, Scope scope) {
    work.step();
    Object value = compute(expr, scope);
    if (expr instanceof Node.Name || expr instanceof Node.Attribute || expr instanceof Node.Item) {
      work.read(value);
    } else if (!(expr instanceof Node.Const)) {
      work.make(value);
    }
    return value;
  }

  private Object compute(Expr expr, Scope scope) {
    return switch (expr) {
      case Node.Const e -> e.value();
      case Node.Name e -> name(e, scope);
      case Node.Attribute e -> attribute(e, scope);
      case Node.Item e -> item(e, scope);
      case Node.Compare e -> compare(e, scope);
      case Node.And e -> and(e, scope);
      case Node.Or e -> or(e, scope);
      case Node.Not e -> !Values.isTrue(value(e.operand(), scope));
      case Node.Test e -> test(e, scope);
      case Node.Binary e -> binary(e, scope);
      case Node.Filter e -> filter(e, scope);
      case Node.Call e -> call(e, scope);
      case Node.Conditional e -> conditional(e, scope);
      case Node.Concat e -> concat(e, scope);
      case Node.Slice e -> slice(e, scope);
      case Node.Unary e -> Operators.unary(e.operator(), value(e.operand(), scope));
      case Node.ListExpr e -> values(e.items(), scope);
      case Node.TupleExpr e -> new Tuple(values(e.items(), scope));
      case Node.DictExpr e -> dict(e, scope);
      case Node.Data e -> e.text();
      case Node.Captured _ -> captured;
    };
  }

  private List<Object> values(List<Expr> exprs, Scope scope) {
    List<Object> values = new ArrayList<>(exprs.size());
    for (int i = 0; i < exprs.size(); i++) {
      values.add(value(exprs.get(i), scope));
    }
    return values;
  }

  private Object name(Node.Name e, Scope scope) {
    Object value = scope.get(e.name());
    return value == Scope.MISSING ? Undefined.name(e.name()) : value;
  }

  private Object attribute(Node.Attribute e, Scope scope) {
    Object object = value(e.object(), scope);
    line = e.line();
    return Attributes.attribute(object, e.name());
  }

  private Object item(Node.Item e, Scope scope) {
    Object object = value(e.object(), scope);
    Object key = value(e.key(), scope);
    line = e.line();
    return Attributes.item(object, key);
  }

  private Object slice(Node.Slice e, Scope scope) {
    Object object = value(e.object(), scope);
    Object start = e.start() == null ? null : value(e.start(), scope);
    Object stop = e.stop() == null ? null : value(e.stop(), scope);
    Object step = e.step() == null ? null : value(e.step(), scope);
    line = e.line();
    return Operators.slice(object, start, stop, step);
  }

  private Object dict(Node.DictExpr e, Scope scope) {
    PyDict dict = new PyDict();
    for (int i = 0; i < e.keys().size(); i++) {
      Object key = value(e.keys().get(i), scope);
      dict.put(key, value(e.values().get(i), scope));
    }
    return dict;
  }

  private Object and(Node.And e, Scope scope) {
    Object left = value(e.left(), scope);
    return Values.isTrue(left) ? value(e.right(), scope) : left;
  }

  private Object or(Node.Or e, Scope scope) {
    Object left = value(e.left(), scope);
    return Values.isTrue(left) ? left : value(e.right(), scope);
  }

  private Object binary(Node.Binary e, Scope scope) {
    Object left = value(e.left(), scope);
    Object right = value(e.right(), scope);
    line = e.line();
    return Operators.binary(e.operator(), left, right);
  }

  private Object concat(Node.Concat e, Scope scope) {
    StringBuilder out = new StringBuilder();
    List<Object> parts = values(e.parts(), scope);
    boolean markup = false;
    for (Object part : parts) {
      markup |= autoescape && part instanceof Markup;
    }
    for (Object part : parts) {
      out.append(markup ? Markup.escape(part).text() : PyFormat.str(part));
    }
    Operators.checkLength(out.length());
    return markup ? new Markup(out.toString()) : out.toString();
  }

  private Object compare(Node.Compare e, Scope scope) {
    Object left = value(e.first(), scope);
    boolean holds = true;
    for (int i = 0; holds && i < e.rest().size(); i++) {
      Object right = value(e.rest().get(i), scope);
      line = e.line();
      holds = holds(e.operators().get(i), left, right);
      left = right;
    }
    return holds;
  }

  private static boolean holds(String operator, Object left, Object right) {
    return switch (operator) {
      case "==" -> Values.equal(left, right);
      case "!=" -> !Values.equal(left, right);
      case "in" -> Values.contains(right, left);
      case "not in" -> !Values.contains(right, left);
      default -> Values.compare(operator, left, right);
    };
  }

  private Object conditional(Node.Conditional e, Scope scope) {
    if (Values.isTrue(value(e.test(), scope))) {
      return value(e.then(), scope);
    }
    return e.otherwise() != null ? value(e.otherwise(), scope) : Undefined.because(
        "the inline if-expression on line " + e.line() + " evaluated to false and no else section was defined.");
  }

  private Object filter(Node.Filter e, Scope scope) {
    Object operand = value(e.operand(), scope);
    Args args = args(e.arguments(), scope);
    line = e.line();
    return Filters.apply(e.name(), operand, args, this);
  }

  private boolean test(Node.Test e, Scope scope) {
    Object operand = value(e.operand(), scope);
    Args args = args(e.arguments(), scope);
    line = e.line();
    return Tests.apply(e.name(), operand, args);
  }

  private Object call(Node.Call e, Scope scope) {
    Object function = value(e.function(), scope);
    Args args = args(e.arguments(), scope);
    line = e.line();
    return call(function, args);
  }

  private Args args(Arguments arguments, Scope scope) {
    if (arguments == Arguments.NONE) {
      return Args.NONE;
    }
    List<Object> positional = values(arguments.positional(), scope);
    if (arguments.star() != null) {
      positional.addAll(Values.list(value(arguments.star(), scope)));
    }
    if (arguments.names().isEmpty() && arguments.stars() == null) {
      return new Args(positional, Map.of());
    }
    Map<String, Object> named = new LinkedHashMap<>();
    for (int i = 0; i < arguments.names().size(); i++) {
      named.put(arguments.names().get(i), value(arguments.named().get(i), scope));
    }
    if (arguments.stars() != null) {
      addNamed(named, value(arguments.stars(), scope));
    }
    return new Args(positional, named);
  }

  private static void addNamed(Map<String, Object> named, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw PyException.type("argument after ** must be a mapping, not " + Values.typeName(value));
    }
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!Values.isString(entry.getKey())) {
        throw PyException.type("keywords must be strings");
      }
      if (named.containsKey(Values.text(entry.getKey()))) {
        throw PyException.type("got multiple values for keyword argument " + PyFormat.repr(entry.getKey()));
      }
      named.put(Values.text(entry.getKey()), entry.getValue());
    }
  }
}
