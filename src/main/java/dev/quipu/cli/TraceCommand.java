package dev.quipu.cli;

import dev.quipu.InvalidRequestException;
import dev.quipu.QuipuException;
import dev.quipu.checkpoint.Checkpoint;
import dev.quipu.checkpoint.SafeTensorsWriter;
import dev.quipu.checkpoint.SafeTensorsWriter.Declaration;
import dev.quipu.conform.FusedNames;
import dev.quipu.conform.Glob;
import dev.quipu.family.ModelFamily;
import dev.quipu.generate.Engine;
import dev.quipu.hub.Models;
import dev.quipu.model.Batch;
import dev.quipu.model.Decoder;
import dev.quipu.model.EmbeddedRows;
import dev.quipu.model.Segment;
import dev.quipu.model.Trace;
import dev.quipu.ops.Ops;
import dev.quipu.ops.Regime;
import dev.quipu.tensor.DType;
import dev.quipu.tensor.Mat;
import dev.quipu.vision.Image;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.commons.cli.Option;

/** {@code quipu trace}: every tensor on the way through a model, printed, and saved to be put beside MLX's. */
final class TraceCommand implements Command {

  private static final int VALUES_SHOWN = 5;

  private static final List<Option> OWN_FLAGS = List.of(
      Syntax.flag("p", "prompt", "TEXT",
          "the text; - reads it from standard input; \\n and \\t stand for a line break and a tab"),
      Syntax.flag("tokens", "1,2,3", "ids instead of a text"),
      Syntax.texts(ImageOptions.FLAG, "FILE", "an image, in the place of the text's placeholder or before the text; "
          + "alone, the tower is traced and no text; may be repeated"),
      Syntax.flag("out", "FILE", "save the tensors too, as float32 in a safetensors file"),
      Syntax.flag("layers", "0,5", "only these layers; what belongs to no layer is always there"),
      Syntax.flag("only", "GLOB",
          "only tensors of such a name, such as *rope; * stands for any characters; may be repeated"),
      Syntax.flag("regime", "prompt|generate", "computed as a prompt is (the default), or as generated tokens are"));

  private static final Syntax SYNTAX = new Syntax("trace", "trace (-p TEXT | --tokens 1,2,3 | --image FILE) [FLAG]…",
      "Every tensor on the way through the model: its name, shape, norm and first five values.",
      """
          The text is taken as it is, with the special tokens that the tokenizer adds. Names and shapes are those of
          golden/FORMAT.md, kind trace: MLX's module names, a row a token. Tensors of the tower have a row a patch; with
          several views, which of them it is, counted from 0, stands before the name.""",
      Syntax.join(OWN_FLAGS, List.of(ModelOptions.VISION_REFERENCE), ModelOptions.LOADING));

  @Override
  public Syntax syntax() {
    return SYNTAX;
  }

  @Override
  public int run(Flags flags, Output output) {
    flags.requireNoWords();
    int[] tokens = flags.integers("tokens");
    List<Image> shown = new ImageOptions(flags).read();
    if (flags.has("prompt") ? tokens != null : tokens == null && shown.isEmpty()) {
      throw new InvalidRequestException("prompt", "or --tokens is needed, and not both");
    }
    Regime regime = flags.choice("regime", Regime.PROMPT);
    ModelOptions options = new ModelOptions(flags);
    try (Checkpoint checkpoint = Models.open(options.model); Ops ops = options.operations()) {
      ModelFamily.Model model = ModelFamily.load(checkpoint, Set.copyOf(options.allowedConfigKeys));
      boolean fused = checkpoint.weights().names().stream().anyMatch(name -> name.endsWith("qkv_proj.weight")); // Phi 3
      TraceImages images = TraceImages.of(shown, model, ops, options.visionReference);
      Pass pass = new Pass(new Decoder(model.spec(), model.weights(), ops), regime, fused, images);
      Choice choice = Choice.of(flags, model.spec().layers().size());
      int[] ids = tokens != null ? tokens : flags.has("prompt") ? encode(flags, images, checkpoint) : new int[0];
      pass.check(ids);
      Trace print = (layer, name, m) -> output.print(line(layer, name, m, ids.length));
      if (flags.has("out")) {
        save(path(flags.text("out")), pass, ids, choice, print);
      } else {
        pass.run(ids, choice.of(print));
      }
    }
    return Failures.DONE;
  }

  private static int[] encode(Flags flags, TraceImages images, Checkpoint checkpoint) {
    String prompt = flags.unescaped("prompt").getLast();
    String text = prompt.equals("-") ? Input.readAll() : prompt;
    int[] ids = Engine.tokenizer(checkpoint).encode(images.expand(text), true);
    if (ids.length == 0) {
      throw new InvalidRequestException("prompt", "must not be empty");
    }
    return ids;
  }

  /** Runs of a model, each from an empty cache. A model of ids alone will do: no tokenizer is needed. */
  private record Pass(Decoder decoder, Regime regime, boolean fused, TraceImages images) {

    void check(int[] ids) {
      int vocabSize = decoder.spec().vocabSize();
      for (int id : ids) {
        if (id < 0 || id >= vocabSize) {
          throw new InvalidRequestException("tokens", "must be ids in [0, " + (vocabSize - 1) + "] but one is " + id);
        }
      }
    }

    /** The images, and the text after them if there is one. */
    void run(int[] ids, Trace trace) {
      List<Mat> features = images.look(trace);
      if (ids.length > 0) {
        read(ids, images.rows(ids, features), trace);
      }
    }

    /** The images, and a text of one token: it has the tensors of any. */
    void rehearse(int[] ids, Trace trace) {
      images.look(trace);
      if (ids.length > 0) {
        read(Arrays.copyOf(ids, 1), List.of(), trace);
      }
    }

    private void read(int[] ids, List<EmbeddedRows> rows, Trace trace) {
      Segment segment = new Segment(decoder.newCache()).withRows(rows).next(ids, 0, ids.length, Segment.Logits.ALL);
      decoder.forward(new Batch(regime, segment), fused ? FusedNames.addedTo(trace) : trace);
    }
  }

  /** The tensors that the flags let through; layers null: all. */
  private record Choice(int[] layers, List<Glob> globs) {

    static Choice of(Flags flags, int layerCount) {
      int[] layers = flags.integers("layers");
      for (int layer : layers == null ? new int[0] : layers) {
        if (layer < 0 || layer >= layerCount) {
          throw new InvalidRequestException("layers", "must be in [0, " + (layerCount - 1) + "] but one is " + layer);
        }
      }
      return new Choice(layers, flags.texts("only").stream().map(Glob::new).toList());
    }

    Trace of(Trace trace) {
      return (layer, name, m) -> {
        boolean ofLayer = layers == null || layer == Trace.NO_LAYER || Arrays.stream(layers).anyMatch(l -> l == layer);
        String full = Trace.fullName(layer, name);
        if (ofLayer && (globs.isEmpty() || globs.stream().anyMatch(glob -> glob.matches(full)))) {
          trace.at(layer, name, m);
        }
      };
    }
  }

  /** Prints and saves; a pass over the first token tells beforehand which tensors there will be. */
  private static void save(Path path, Pass pass, int[] ids, Choice choice, Trace print) {
    List<Declaration> tensors = new ArrayList<>();
    pass.rehearse(ids, choice.of((layer, name, m) -> {
      long[] shape = Arrays.stream(shape(name, m, 1)).asLongStream().toArray();
      shape[0] *= isOfTower(name) ? 1 : ids.length;
      tensors.add(new Declaration(Trace.fullName(layer, name), DType.F32, shape));
    }));
    try (SafeTensorsWriter file = SafeTensorsWriter.create(path, tensors, Map.of("tokens", Arrays.toString(ids)))) {
      pass.run(ids, choice.of((layer, name, m) -> {
        print.at(layer, name, m);
        file.write(Trace.fullName(layer, name), m.data());
      }));
      file.finish();
    }
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new QuipuException("--out: \"" + name + "\" is no path: " + e.getReason(), e);
    }
  }

  static String line(int layer, String name, Mat m, int tokens) {
    String form = "%-" + (isOfTower(name) ? 72 : 44) + "s %-16s norm %-12.6g";
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, form,
        Trace.fullName(layer, name), Arrays.toString(shape(name, m, tokens)), norm(m)));
    for (int i = 0; i < Math.min(VALUES_SHOWN, m.rows() * m.cols()); i++) {
      line.append(String.format(Locale.ROOT, " %12.6g", m.data()[i]));
    }
    return line.append('\n').toString();
  }

  private static int[] shape(String name, Mat m, int tokens) {
    return isOfTower(name) ? new int[] {m.rows(), m.cols()} : Trace.shape(name, m, tokens);
  }

  private static boolean isOfTower(String name) {
    return name.contains("vision_tower.") || name.contains("multi_modal_projector");
  }

  private static double norm(Mat m) {
    double squares = 0;
    for (int i = 0; i < m.rows() * m.cols(); i++) {
      squares += (double) m.data()[i] * m.data()[i];
    }
    return Math.sqrt(squares);
  }
}
