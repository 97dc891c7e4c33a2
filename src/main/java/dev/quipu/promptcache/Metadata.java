package dev.quipu.promptcache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the header of a cache file says beside its tensors. mlx-lm flattens three lists into names with dots: since
 * 0.32 {@code 0.KEY} what the user says, {@code 1.L} the class of layer L's cache, {@code 2.…} which tensors stand for
 * plain numbers; up to 0.31 {@code 0.L} the state of layer L's cache, {@code 1.KEY}, {@code 2.L}.
 *
 * @param user    what was said of the file, by key
 * @param classes of mlx-lm, by layer
 * @param states  {@code L} or {@code L.i} → a number; null where numbers are tensors
 */
record Metadata(Map<String, String> user, List<String> classes, Map<String, String> states) {

  /** Of a header, or null if it is not that of a prompt cache. */
  static Metadata of(Map<String, String> header) {
    String mark = header.get("2.0");
    if (mark == null) {
      return null;
    }
    return mark.isEmpty()
        ? new Metadata(below("0.", header), inOrder(below("1.", header)), null)
        : new Metadata(below("1.", header), inOrder(below("2.", header)), below("0.", header));
  }

  /** As the layout since mlx-lm 0.32 has it; {@code scalars} are the tensors that stand for numbers. */
  static Map<String, String> header(Map<String, String> user, List<String> classes, List<String> scalars) {
    Map<String, String> header = new TreeMap<>();
    user.forEach((key, value) -> header.put("0." + key, value));
    for (int l = 0; l < classes.size(); l++) {
      header.put("1." + l, classes.get(l));
    }
    header.put("2.0", ""); // a list without this would be lost when it is empty
    for (int i = 0; i < scalars.size(); i++) {
      header.put("2." + (i + 1) + ".0", scalars.get(i));
      header.put("2." + (i + 1) + ".1", "scalar");
    }
    return header;
  }

  private static Map<String, String> below(String prefix, Map<String, String> header) {
    Map<String, String> below = new HashMap<>();
    header.forEach((key, value) -> {
      if (key.startsWith(prefix)) {
        below.put(key.substring(prefix.length()), value);
      }
    });
    return below;
  }

  private static List<String> inOrder(Map<String, String> numbered) {
    List<String> list = new ArrayList<>();
    while (numbered.containsKey(String.valueOf(list.size()))) {
      list.add(numbered.get(String.valueOf(list.size())));
    }
    return list;
  }
}
