package dev.quipu.schema;

/** Bytes as they come, each with those before it: texts with the same beginning share it. */
final class Text {

  static final Text EMPTY = new Text(null, 0, 0, 0);

  private Text before; // or one that equals it
  private final int last;
  private final int length;
  private final int hash;

  private Text(Text before, int last, int length, int hash) {
    this.before = before;
    this.last = last;
    this.length = length;
    this.hash = hash;
  }

  Text then(int b) {
    return new Text(this, b, length + 1, hash * 31 + b);
  }

  Text then(byte[] bytes, int from, int to) {
    Text text = this;
    for (int i = from; i < to; i++) {
      text = text.then(bytes[i] & 0xFF);
    }
    return text;
  }

  /** The bytes from a beginning of this text on. */
  byte[] since(Text beginning) {
    byte[] bytes = new byte[length - beginning.length];
    Text text = this;
    for (int i = bytes.length - 1; i >= 0; i--) {
      bytes[i] = (byte) text.last;
      text = text.before;
    }
    return bytes;
  }

  @Override
  public boolean equals(Object o) {
    if (!(o instanceof Text other) || hash != other.hash || length != other.length) {
      return false;
    }
    Text a = this;
    Text b = other;
    while (a != b) {
      if (a.last != b.last) {
        return false;
      }
      a = a.before;
      b = b.before;
    }
    other.before = before; // so that texts that go on from both are soon compared
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
