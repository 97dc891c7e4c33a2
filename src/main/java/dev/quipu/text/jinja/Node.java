package dev.quipu.text.jinja;

import java.util.List;

/** The syntax tree of a template: expressions, statements and targets. Knows neither text nor values. */
sealed interface Node permits Node.Expr, Node.Stmt, Node.Target {

  /** The line it starts on, counted from 1. */
  int line();

  sealed interface Expr extends Node { }

  record Const(Object value, int line) implements Expr { }

  /** Text between tags. */
  record Data(String text, int line) implements Expr { }

  record Name(String name, int line) implements Expr { }

  record TupleExpr(List<Expr> items, int line) implements Expr { }

  record ListExpr(List<Expr> items, int line) implements Expr { }

  record DictExpr(List<Expr> keys, List<Expr> values, int line) implements Expr { }

  /** {@code object.name}: the attribute first, then the item. */
  record Attribute(Expr object, String name, int line) implements Expr { }

  /** {@code object[key]}: the item first, then the attribute. */
  record Item(Expr object, Expr key, int line) implements Expr { }

  /** {@code object[start:stop:step]}; an absent bound is null. */
  record Slice(Expr object, Expr start, Expr stop, Expr step, int line) implements Expr { }

  record Call(Expr function, Arguments arguments, int line) implements Expr { }

  record Filter(Expr operand, String name, Arguments arguments, int line) implements Expr { }

  record Test(Expr operand, String name, Arguments arguments, int line) implements Expr { }

  /** What the enclosing filter or set block has captured. */
  record Captured(int line) implements Expr { }

  record Unary(char operator, Expr operand, int line) implements Expr { }

  record Not(Expr operand, int line) implements Expr { }

  record Binary(String operator, Expr left, Expr right, int line) implements Expr { }

  record And(Expr left, Expr right, int line) implements Expr { }

  record Or(Expr left, Expr right, int line) implements Expr { }

  record Concat(List<Expr> parts, int line) implements Expr { }

  /** {@code first op rest op rest …}, one operator for each of the rest. */
  record Compare(Expr first, List<String> operators, List<Expr> rest, int line) implements Expr { }

  /** {@code then if test else otherwise}; without an else it is null. */
  record Conditional(Expr test, Expr then, Expr otherwise, int line) implements Expr { }

  /** A call's arguments; {@code *star} and {@code **stars} are null where absent. */
  record Arguments(List<Expr> positional, List<String> names, List<Expr> named, Expr star, Expr stars) {
    static final Arguments NONE = new Arguments(List.of(), List.of(), List.of(), null, null);
  }

  sealed interface Stmt extends Node { }

  record Output(List<Expr> parts, int line) implements Stmt { }

  /** {@code frame}, {@code elseFrame} and {@code testFrame} say which names live in each part. */
  record For(Target target, Expr iterable, Expr test, boolean recursive, List<Stmt> body, List<Stmt> otherwise,
      Frame frame, Frame testFrame, Frame elseFrame, int line) implements Stmt { }

  record If(List<Expr> tests, List<List<Stmt>> bodies, List<Stmt> otherwise, int line) implements Stmt { }

  record Set(Target target, Expr value, int line) implements Stmt { }

  /** The filter is null where there is none. */
  record SetBlock(Target target, Expr filter, List<Stmt> body, Frame frame, int line) implements Stmt { }

  record FilterBlock(Expr filter, List<Stmt> body, Frame frame, int line) implements Stmt { }

  record With(List<Target> targets, List<Expr> values, List<Stmt> body, Frame frame, int line) implements Stmt { }

  record MacroDef(String name, Signature signature, int line) implements Stmt { }

  /** {@code {% call %}}: the signature is that of {@code caller}. */
  record CallBlock(Call call, Signature signature, int line) implements Stmt { }

  /** {@code {% generation %}}: marks what the assistant says; prints its body. */
  record Generation(List<Stmt> body, Frame frame, int line) implements Stmt { }

  record Block(String name, boolean scoped, boolean required, List<Stmt> body, Frame frame, int line)
      implements Stmt { }

  record Autoescape(Expr on, List<Stmt> body, Frame frame, int line) implements Stmt { }

  record Break(int line) implements Stmt { }

  record Continue(int line) implements Stmt { }

  /** A macro's parameters and body; {@code defaults} belong to the last parameters. */
  record Signature(List<String> parameters, List<Expr> defaults, List<Stmt> body, Frame frame) { }

  sealed interface Target extends Node { }

  record NameTarget(String name, int line) implements Target { }

  record TupleTarget(List<Target> items, int line) implements Target { }

  /** {@code namespace.attribute}. */
  record NamespaceTarget(String name, String attribute, int line) implements Target { }
}
