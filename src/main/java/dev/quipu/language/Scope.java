package dev.quipu.language;

/** A language as part of another one: its looks around see nothing of what stands before and behind it. */
final class Scope extends Language {

  private final Language body;

  private Scope(Language body) {
    super(hash(11, body.hash, 0), 0, body.height + 1, body.minLength, body.maxLength, body.acceptsEmpty);
    this.body = body;
  }

  static Language of(Language body) {
    return body.is(BEHIND | AHEAD) ? Interned.of(new Scope(body)) : body;
  }

  Language body() {
    return body;
  }

  @Override
  Language derive(int codePoint) {
    return of(body.after(codePoint));
  }

  @Override
  void split(Partition partition) {
    body.split(partition);
  }

  @Override
  int work() {
    return body.work();
  }

  @Override
  boolean same(Language other) {
    return other instanceof Scope scope && body.equals(scope.body);
  }

  @Override
  public String toString() {
    return "[" + body + "]";
  }
}
