package dev.quipu.schemabench;

import java.util.List;
import java.util.Map;

/** How the same JSON value may be written: order of keys, characters, numbers, blanks. */
interface Style {

  /** An object's members in the order in which they are written. */
  List<Map.Entry<String, Object>> order(Map<String, Object> object);

  /** Writes a character of a string or of a key. */
  void character(int codePoint, StringBuilder out);

  /** A finite number: a Long, BigInteger or Double. */
  String number(Number number);

  /** The blanks before a comma, a colon or a closing bracket of what is not empty. */
  String before(char sign, int depth);

  /** The blanks after a comma, a colon or an opening bracket of what is not empty. */
  String after(char sign, int depth);
}
