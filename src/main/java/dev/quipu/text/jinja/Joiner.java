package dev.quipu.text.jinja;

/** {@code joiner(sep)}: nothing at the first call, the separator at each later one. */
final class Joiner {

  final Object separator;
  boolean used;

  Joiner(Object separator) {
    this.separator = separator;
  }

  Object call() {
    Object result = used ? separator : "";
    used = true;
    return result;
  }
}
