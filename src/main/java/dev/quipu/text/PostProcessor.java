package dev.quipu.text;

import java.util.List;

/**
 * Puts special tokens around the ids of a text. Follows Hugging Face {@code tokenizers} 0.23 for a single text; what
 * its processors do to offsets does not matter here.
 */
sealed interface PostProcessor {

  /** A template also decides where the text itself stands, so it is applied without special tokens too. */
  int[] apply(int[] ids, boolean addSpecial);

  /** The highest id it puts in; -1 if none. */
  int maxId();

  /** Leaves the ids as they are. */
  record Nothing() implements PostProcessor {
    @Override
    public int[] apply(int[] ids, boolean addSpecial) {
      return ids;
    }

    @Override
    public int maxId() {
      return -1;
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

    @Override
    public int maxId() {
      int max = -1;
      for (int[] piece : pieces) {
        for (int i = 0; piece != null && i < piece.length; i++) {
          max = Math.max(max, piece[i]);
        }
      }
      return max;
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

    @Override
    public int maxId() {
      int max = -1;
      for (PostProcessor part : parts) {
        max = Math.max(max, part.maxId());
      }
      return max;
    }
  }
}
