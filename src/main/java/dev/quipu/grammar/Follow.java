package dev.quipu.grammar;

/** What may come directly behind a lexeme: one of some bytes, or the end of the text. */
record Follow(ByteSet bytes, boolean end) {

  static final Follow NEVER = new Follow(new ByteSet(), false);
}
