package dev.quipu.text;

import java.util.List;

/**
 * Puts special tokens around the ids of a text. Follows Hugging Face {@code tokenizers} 0.23 for a single text; what
 * its processors do to offsets does not matter here.
 */
sealed interface PostProcessor {

  /** A template also decides where the text itself stands, so it is applied without special tokens too. */
  int[] apply(int[] ids, boolean addSpecial);

  /** Leaves the ids as they are. */
  record Nothing() implements PostProcessor {
    @Override
    public int[] apply(int[] ids, boolean addSpecial) {
      return ids;
    }
  }

  /** The pieces of {@code TemplateProcessing}'s {@code single}: the ids of a special token, or null for the text. */
  record Template(List<int[]> pieces) implements PostProcessor {
    @Override
    public int[] apply(int[] ids, boolean addSpecial) {
      var out = new IntList();
      for (int[] piece : pieces) {
        if (piece == null) {
          out.addAll(ids);
        } else if (addSpecial) {
          out.addAll(piece);
        }
      }
      return out.toArray();
    }
  }

  record Sequence(List<PostProcessor> parts) implements PostProcessor {
    @Override
    public int[] apply(int[] ids, boolean addSpecial) {
      int[] out = ids;
      for (PostProcessor part : parts) {
        out = part.apply(out, addSpecial);
      }
      return out;
    }
  }
}
