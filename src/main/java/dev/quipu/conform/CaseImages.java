package dev.quipu.conform;

import dev.quipu.family.ModelFamily;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Trace;
import dev.quipu.tensor.Mat;
import dev.quipu.vision.ImageDecoder;
import dev.quipu.vision.Pixels;
import dev.quipu.vision.VisionAddOn;
import dev.quipu.vision.VisionReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The images of a case before a checkpoint's eyes, as mlx-vlm has them. All belong to the first call. */
record CaseImages(VisionAddOn vision, List<Pixels> views) {

  /** The rows of a case's first call: none where it has no images. */
  static List<EmbeddedRows> rows(Case c, Bench bench, int[] tokens) {
    if (!c.json().has("images")) {
      return List.of();
    }
    CaseImages images = of(c, bench);
    return images.rows(tokens, images.features());
  }

  static CaseImages of(Case c, Bench bench) {
    ModelFamily.Model model = bench.library().model(c.json().requireString("checkpoint"));
    boolean transpose = c.json().requireBoolean("exif_transpose");
    List<String> files = c.json().requireStrings("images");
    c.requireSome("images", files.size());
    if (model.vision() == null) {
      throw new Mismatch("the checkpoint has no vision tower");
    }
    VisionAddOn vision = model.vision().addOn(bench.ops(), reference(c));
    List<Pixels> views = new ArrayList<>();
    for (String file : files) {
      views.addAll(vision.processor().process(ImageDecoder.decode(c.file(file), transpose)));
    }
    return new CaseImages(vision, views);
  }

  private static VisionReference reference(Case c) {
    return switch (c.json().stringValue("reference", "mlx")) {
      case "mlx" -> VisionReference.MLX;
      case "hf" -> VisionReference.HF;
      default -> throw c.json().refuse("reference", "must be mlx or hf but is " + c.json().get("reference"));
    };
  }

  /** Those of all views, one below the other. */
  Mat features() {
    return Mat.stacked(views.stream().map(view -> vision.features(view, Trace.OFF)).toList());
  }

  /** Every tensor on the way to the features by its name, that of all views one below the other. */
  Map<String, Mat> tensors() {
    Map<String, List<Mat>> parts = new LinkedHashMap<>();
    Trace keep = (layer, name, m) -> parts.computeIfAbsent(Trace.fullName(layer, name), _ -> new ArrayList<>())
        .add(new Mat(m.data().clone(), m.rows(), m.cols()));
    views.forEach(view -> vision.features(view, keep));
    Map<String, Mat> tensors = new LinkedHashMap<>();
    parts.forEach((name, mats) -> tensors.put(name, Mat.stacked(mats)));
    return tensors;
  }

  List<EmbeddedRows> rows(int[] tokens, Mat features) {
    return vision.place(tokens, vision.embedded(features));
  }
}
