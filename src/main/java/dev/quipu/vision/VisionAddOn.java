package dev.quipu.vision;

import dev.quipu.QuipuException;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Trace;
import dev.quipu.tensor.Mat;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What turns images into rows of a text model's residual stream: a tower, which lets all patches of a view see one
 * another, and a projector to the text model's width. Weights are read when the first view comes. Used by one thread at
 * a time.
 */
public sealed interface VisionAddOn permits Gemma3VisionAddOn, PixtralVisionAddOn {

  /** What makes views of an image. */
  ImageProcessor processor();

  /** How an image stands in a prompt. */
  ImageTokens tokens();

  /** The rows that a view becomes. */
  int rows(Pixels view);

  /** How many steps a view's pass has. */
  int steps();

  /** A view on its way, a layer at a time. Views know nothing of each other. */
  VisionPass pass(Pixels view, Trace trace);

  /** All the way: [n, D_text], what the projector makes of the view. */
  default Mat features(Pixels view, Trace trace) {
    return pass(view, trace).features();
  }

  /** Features, in place, as the text model wants them in the stead of embeddings: before it scales those. */
  Mat embedded(Mat features);

  /** The token whose embedding is zero in a prompt with images, or −1. */
  default int zeroTokenId() {
    return -1;
  }

  /** Whether the rows of a view see one another in the text model, and not only what came before. */
  default boolean rowsSeeEachOther() {
    return false;
  }

  /**
   * The rows of a prompt that stand in the stead of embeddings.
   *
   * @param tokens the prompt, in which an image token stands for each row
   * @param rows   of all its views, one below the other, as {@link #embedded} makes them
   */
  default List<EmbeddedRows> place(int[] tokens, Mat rows) {
    int[] positions = positions(tokens, tokens().imageTokenId());
    if (positions.length != rows.rows()) {
      throw new QuipuException("the prompt has " + positions.length + " image tokens (" + tokens().imageTokenId()
          + "), and its images become " + rows.rows() + " rows: an image token stands for each of them");
    }
    int[] zeros = positions(tokens, zeroTokenId());
    return List.of(new EmbeddedRows(positions, rows, rowsSeeEachOther()),
        new EmbeddedRows(zeros, Mat.zeros(zeros.length, rows.cols())));
  }

  private static int[] positions(int[] tokens, int id) {
    return IntStream.range(0, tokens.length).filter(i -> tokens[i] == id).toArray();
  }
}
