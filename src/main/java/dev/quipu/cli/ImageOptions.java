package dev.quipu.cli;

import dev.quipu.cli.Syntax.Group;
import dev.quipu.vision.Image;
import dev.quipu.vision.ImageSource;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.cli.Option;

/** Which images are asked about, and how they are read. */
record ImageOptions(List<String> sources, ImageSource source) {

  static final String FLAG = "image";

  /** What a request can say for itself. */
  static final Option IMAGE = Syntax.texts(FLAG, "FILE",
      "an image to ask about, a file or a data URI; may be repeated");

  private static final List<Option> READING = List.of(
      Syntax.toggle("image-urls", "images may be http and https addresses, which are fetched"),
      Syntax.flag("image-exif", "WHEN",
          "whose EXIF turns the picture: as-mlx (the default) all but that of bare base64, always, or never"));

  static final Group GROUP = new Group("Images",
      Stream.of(Stream.of(IMAGE), READING.stream(), Stream.of(ModelOptions.VISION_REFERENCE)).flatMap(s -> s).toList());

  /** @throws UsageException for a value that is none */
  ImageOptions(Flags flags) {
    this(flags.texts(FLAG), new ImageSource(flags.has("image-urls"),
        flags.choice("image-exif", ImageSource.Exif.AS_MLX)));
  }

  /** @throws dev.quipu.QuipuException naming the one that cannot be read */
  List<Image> read() {
    return sources.stream().map(source::read).toList();
  }
}
