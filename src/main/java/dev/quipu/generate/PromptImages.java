package dev.quipu.generate;

import dev.quipu.generate.GenerationEvent.Looking;
import dev.quipu.model.EmbeddedRows;
import java.util.ArrayList;
import java.util.List;

/** The images of one prompt: at which of its positions their rows stand, in the place of tokens that say nothing. */
final class PromptImages {

  /** @param positions in the prompt, ascending, of the view's rows */
  record Placed(ImageView view, int[] positions) {

    private boolean isIn(int from, int to) {
      return positions[0] < to && positions[positions.length - 1] >= from;
    }
  }

  static final PromptImages NONE = new PromptImages(null, List.of());

  private final SeenImages seen;
  private final List<Placed> views;
  private List<ImageView> unseen; // when the tower first looked for this prompt

  PromptImages(SeenImages seen, List<Placed> views) {
    this.seen = seen;
    this.views = views;
  }

  boolean isEmpty() {
    return views.isEmpty();
  }

  /**
   * Puts what a view is known by in the place of its tokens, so that texts about other images are other texts.
   *
   * @param tokens changed: those of the positions from {@code from} on
   */
  int[] mark(int[] tokens, int from) {
    for (Placed placed : views) {
      for (int position : placed.positions) {
        if (position >= from && position < from + tokens.length) {
          tokens[position - from] = placed.view.key();
        }
      }
    }
    return tokens;
  }

  /** Has the tower look once at what stands in [from, to) and is not seen yet; false if all of it is. */
  boolean look(int from, int to) {
    if (unseen == null) {
      unseen = views.stream().map(Placed::view).filter(view -> !view.isSeen()).distinct().toList();
    }
    for (Placed placed : views) {
      if (placed.isIn(from, to) && !placed.view.isSeen()) {
        seen.look(placed.view);
        return true;
      }
    }
    return false;
  }

  /** How far the tower has come with what this prompt had to wait for. */
  Looking looking() {
    int done = unseen.stream().mapToInt(view -> view.isSeen() ? seen.steps() : view.looked()).sum();
    return new Looking(done, unseen.size() * seen.steps());
  }

  /** Where a chunk ends that was to end at a position: rows that see one another are computed together. */
  int whole(int to) {
    for (Placed placed : views) {
      if (seen.seeEachOther() && placed.isIn(to - 1, to)) {
        return placed.positions[placed.positions.length - 1] + 1;
      }
    }
    return to;
  }

  /** The rows in [from, to), all of them seen, and perhaps others. */
  List<EmbeddedRows> rows(int from, int to) {
    List<EmbeddedRows> rows = new ArrayList<>();
    for (Placed placed : views) {
      if (placed.isIn(from, to)) {
        rows.add(new EmbeddedRows(placed.positions, placed.view.rows(), seen.seeEachOther()));
      }
    }
    return rows;
  }
}
