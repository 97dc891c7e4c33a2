package dev.quipu.mask;

/** The meaning of a mask: each token is tried by itself, byte by byte. */
final class BruteForce {

  private BruteForce() {}

  static boolean allows(Position position, byte[] token) {
    if (token == null || token.length == 0) {
      return false;
    }
    Position after = position;
    for (int i = 0; i < token.length && after != null; i++) {
      after = after.next(token[i] & 255);
    }
    return after != null;
  }
}
