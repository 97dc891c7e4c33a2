package dev.quipu.support;

import dev.quipu.mask.Position;
import java.nio.charset.StandardCharsets;

/**
 * Positions of a small grammar, for tests that need some constraint: a text of literal characters and of
 * V: a value, of true, null, strings, numbers and arrays; S: small letters or é and a closing quote; N: digits. Says
 * nothing of how it is completed.
 */
public record LlPosition(char symbol, LlPosition below) implements Position {

  private static final LlPosition BOTTOM = new LlPosition('\0', null);

  public static Position of(String text) {
    return BOTTOM.with(bytes(text));
  }

  private static String bytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private LlPosition with(String symbols) {
    LlPosition top = this;
    for (int i = symbols.length() - 1; i >= 0; i--) {
      top = new LlPosition(symbols.charAt(i), top);
    }
    return top;
  }

  @Override
  public LlPosition next(int b) {
    char c = (char) b;
    return switch (symbol) {
      case '\0' -> null;
      case 'V' -> c == 't' ? below.with("rue") : c == 'n' ? below.with("ull") : c == '"' ? below.with("S")
          : c == '[' ? below.with("A") : below.with("N").next(b);
      case 'N' -> c >= '0' && c <= '9' ? below.with("D") : null;
      case 'D' -> c >= '0' && c <= '9' ? this : below.next(b);
      case 'S' -> c >= 'a' && c <= 'z' ? this : c == '"' ? below : c == 0xC3 ? with("\u00A9") : null;
      case 'A' -> c == ']' ? below : below.with("VB").next(b);
      case 'B' -> c == ']' ? below : c == ',' ? below.with("VB") : null;
      default -> c == symbol ? below : null;
    };
  }

  @Override
  public boolean complete() {
    return symbol == '\0' || symbol == 'D' && below.complete();
  }
}
