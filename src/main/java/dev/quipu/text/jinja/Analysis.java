package dev.quipu.text.jinja;

import dev.quipu.text.jinja.Node.Arguments;
import dev.quipu.text.jinja.Node.Expr;
import dev.quipu.text.jinja.Node.Signature;
import dev.quipu.text.jinja.Node.Stmt;
import dev.quipu.text.jinja.Node.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Walks a parsed template once: fills the frames with their names, and refuses what Jinja2's compiler refuses: unknown
 * filters and tests outside a condition, {@code break} outside a loop, setting {@code loop} inside one. Evaluates
 * nothing.
 */
final class Analysis {

  private Frame frame;
  private boolean inBranch;
  private boolean soft;
  private int loops;
  private int forStatements;
  private final List<Specials> specials = new ArrayList<>();
  private final Set<String> blocks = new HashSet<>();

  private Analysis(Frame root) {
    this.frame = root;
  }

  static Frame run(List<Stmt> template) {
    Frame root = new Frame(true);
    new Analysis(root).statements(template);
    root.close();
    return root;
  }

  /** Which of the names that a macro body may use without declaring them it does use. */
  private static final class Specials {
    private final Set<String> open = new HashSet<>(List.of("caller", "kwargs", "varargs"));
    private final Set<String> used = new HashSet<>();
  }

  private void statements(List<Stmt> body) {
    for (Stmt stmt : body) {
      statement(stmt);
    }
  }

  private void statement(Stmt stmt) {
    switch (stmt) {
      case Node.Output s -> expressions(s.parts());
      case Node.For s -> forLoop(s);
      case Node.If s -> ifElse(s);
      case Node.Set s -> {
        expression(s.value());
        store(s.target());
      }
      case Node.SetBlock s -> setBlock(s);
      case Node.FilterBlock s -> filterBlock(s);
      case Node.With s -> with(s);
      case Node.MacroDef s -> {
        storeName(s.name());
        macro(s.signature(), s.line());
      }
      case Node.CallBlock s -> {
        expression(s.call());
        macro(s.signature(), s.line());
      }
      case Node.Generation s -> function(s.frame(), () -> statements(s.body()));
      case Node.Block s -> block(s);
      case Node.Autoescape s -> inner(s.frame(), () -> {
        expression(s.on());
        statements(s.body());
      });
      case Node.Break s -> requireLoop("break", s.line());
      case Node.Continue s -> requireLoop("continue", s.line());
    }
  }

  private void forLoop(Node.For s) {
    expression(s.iterable());
    forStatements++;
    refuseLoop(s.target());
    inner(s.testFrame(), () -> {
      parameters(s.target());
      if (s.test() != null) {
        expression(s.test());
      }
    });
    int outerLoops = loops;
    loops = 1;
    inner(s.frame(), () -> {
      frame.parameter("loop");
      parameters(s.target());
      statements(s.body());
    });
    loops = s.recursive() ? 0 : outerLoops;
    inner(s.elseFrame(), () -> statements(s.otherwise()));
    loops = outerLoops;
    forStatements--;
  }

  private void ifElse(Node.If s) {
    boolean outerSoft = soft;
    boolean outerBranch = inBranch;
    soft = true;
    expression(s.tests().getFirst());
    inBranch = true;
    for (int i = 0; i < s.bodies().size(); i++) {
      if (i > 0) {
        expression(s.tests().get(i));
      }
      statements(s.bodies().get(i));
    }
    statements(s.otherwise());
    soft = outerSoft;
    inBranch = outerBranch;
  }

  private void setBlock(Node.SetBlock s) {
    store(s.target());
    inner(s.frame(), () -> {
      statements(s.body());
      if (s.filter() != null) {
        expression(s.filter());
      }
    });
  }

  private void filterBlock(Node.FilterBlock s) {
    expression(s.filter());
    inner(s.frame(), () -> {
      statements(s.body());
      expression(s.filter());
    });
  }

  private void with(Node.With s) {
    expressions(s.values());
    inner(s.frame(), () -> {
      for (Target target : s.targets()) {
        parameters(target);
      }
      statements(s.body());
    });
  }

  private void block(Node.Block s) {
    if (!blocks.add(s.name())) {
      throw new TemplateSyntaxException("block '" + s.name() + "' defined twice", s.line());
    }
    function(s.frame(), () -> statements(s.body()));
  }

  private void macro(Signature signature, int line) {
    Specials found = new Specials();
    function(signature.frame(), () -> {
      for (String parameter : signature.parameters()) {
        frame.parameter(parameter);
        closeSpecial(parameter);
      }
      expressions(signature.defaults());
      specials.add(found);
      statements(signature.body());
      specials.removeLast();
      declareSpecials(signature, found, line);
    });
  }

  private void declareSpecials(Signature signature, Specials found, int line) {
    List<String> parameters = signature.parameters();
    Frame own = signature.frame();
    own.usesCaller = found.used.contains("caller");
    own.usesKwargs = found.used.contains("kwargs") && !parameters.contains("kwargs");
    own.usesVarargs = found.used.contains("varargs") && !parameters.contains("varargs");
    int caller = parameters.indexOf("caller");
    if (own.usesCaller && caller >= 0 && caller < parameters.size() - signature.defaults().size()) {
      throw new TemplateSyntaxException("a macro's parameter \"caller\" must be omitted or be given a default", line);
    }
    declareIf(own.usesCaller, "caller");
    declareIf(own.usesKwargs, "kwargs");
    declareIf(own.usesVarargs, "varargs");
  }

  private void declareIf(boolean used, String name) {
    if (used) {
      frame.parameter(name);
    }
  }

  /** A part that Python compiles to a function of its own: a loop does not reach into it. */
  private void function(Frame own, Runnable body) {
    int outerLoops = loops;
    loops = 0;
    inner(own, body);
    loops = outerLoops;
  }

  private void inner(Frame own, Runnable body) {
    Frame outer = frame;
    boolean outerSoft = soft;
    boolean outerBranch = inBranch;
    frame = own;
    soft = false;
    inBranch = false;
    body.run();
    own.close();
    frame = outer;
    soft = outerSoft;
    inBranch = outerBranch;
  }

  private void requireLoop(String tag, int line) {
    if (loops == 0) {
      throw new TemplateSyntaxException("'" + tag + "' outside loop", line);
    }
  }

  private void store(Target target) {
    if (forStatements > 0) {
      refuseLoop(target);
    }
    switch (target) {
      case Node.NameTarget t -> storeName(t.name());
      case Node.TupleTarget t -> t.items().forEach(this::store);
      case Node.NamespaceTarget t -> frame.load(t.name());
    }
  }

  private void storeName(String name) {
    closeSpecial(name);
    frame.store(name, inBranch);
  }

  private void parameters(Target target) {
    switch (target) {
      case Node.NameTarget t -> {
        closeSpecial(t.name());
        frame.parameter(t.name());
      }
      case Node.TupleTarget t -> t.items().forEach(this::parameters);
      case Node.NamespaceTarget t -> frame.load(t.name());
    }
  }

  private static void refuseLoop(Target target) {
    switch (target) {
      case Node.NameTarget t when t.name().equals("loop") -> throw new TemplateSyntaxException(
          "can't assign to special loop variable in for-loop target", t.line());
      case Node.TupleTarget t -> t.items().forEach(Analysis::refuseLoop);
      case Node.NameTarget _, Node.NamespaceTarget _ -> { }
    }
  }

  private void closeSpecial(String name) {
    for (Specials special : specials) {
      special.open.remove(name);
    }
  }

  private void expressions(List<? extends Expr> all) {
    for (Expr expr : all) {
      expression(expr);
    }
  }

  private void optional(Expr expr) {
    if (expr != null) {
      expression(expr);
    }
  }

  private void expression(Expr expr) {
    switch (expr) {
      case Node.Const _, Node.Data _, Node.Captured _ -> { }
      case Node.Name e -> load(e.name());
      case Node.TupleExpr e -> expressions(e.items());
      case Node.ListExpr e -> expressions(e.items());
      case Node.DictExpr e -> {
        expressions(e.keys());
        expressions(e.values());
      }
      case Node.Attribute e -> expression(e.object());
      case Node.Item e -> both(e.object(), e.key());
      case Node.Slice e -> slice(e);
      case Node.Call e -> {
        expression(e.function());
        arguments(e.arguments());
      }
      case Node.Filter e -> filter(e);
      case Node.Test e -> test(e);
      case Node.Unary e -> expression(e.operand());
      case Node.Not e -> expression(e.operand());
      case Node.Binary e -> both(e.left(), e.right());
      case Node.And e -> both(e.left(), e.right());
      case Node.Or e -> both(e.left(), e.right());
      case Node.Concat e -> expressions(e.parts());
      case Node.Compare e -> {
        expression(e.first());
        expressions(e.rest());
      }
      case Node.Conditional e -> conditional(e);
    }
  }

  private void both(Expr left, Expr right) {
    expression(left);
    expression(right);
  }

  private void slice(Node.Slice e) {
    expression(e.object());
    optional(e.start());
    optional(e.stop());
    optional(e.step());
  }

  private void conditional(Node.Conditional e) {
    boolean outerSoft = soft;
    soft = true;
    both(e.test(), e.then());
    optional(e.otherwise());
    soft = outerSoft;
  }

  private void filter(Node.Filter e) {
    if (!soft && !Filters.isKnown(e.name())) {
      throw new TemplateSyntaxException("no filter named '" + e.name() + "'", e.line());
    }
    expression(e.operand());
    arguments(e.arguments());
  }

  private void test(Node.Test e) {
    if (!soft && !Tests.isKnown(e.name())) {
      throw new TemplateSyntaxException("no test named '" + e.name() + "'", e.line());
    }
    expression(e.operand());
    arguments(e.arguments());
  }

  private void arguments(Arguments arguments) {
    expressions(arguments.positional());
    expressions(arguments.named());
    optional(arguments.star());
    optional(arguments.stars());
  }

  private void load(String name) {
    for (Specials special : specials) {
      if (special.open.contains(name)) {
        special.used.add(name);
      }
    }
    frame.load(name);
  }
}
