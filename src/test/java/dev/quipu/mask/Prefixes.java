package dev.quipu.mask;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** The slowest recogniser: all accepted texts are written out, and with them all their beginnings. */
final class Prefixes implements Accepted {

  private final Set<String> whole = new HashSet<>();
  private final Set<String> beginnings = new HashSet<>();

  Prefixes(Collection<String> texts) {
    for (String text : texts) {
      String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
      whole.add(bytes);
      for (int end = 0; end <= bytes.length(); end++) {
        beginnings.add(bytes.substring(0, end));
      }
    }
  }

  @Override
  public boolean complete(String bytes) {
    return whole.contains(bytes);
  }

  @Override
  public boolean leadsOn(String bytes) {
    return beginnings.contains(bytes);
  }
}
