package dev.quipu.grammar;

/** A symbol that is whole when what is expected has been read, and where it began. */
record Item(int whole, ItemSet origin) {

  @Override
  public int hashCode() {
    return 31 * whole + origin.id;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Item item && whole == item.whole && origin == item.origin;
  }
}
