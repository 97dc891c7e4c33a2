package dev.quipu.checkpoint;

import dev.quipu.support.Choices;
import dev.quipu.support.Fuzz;
import dev.quipu.support.JsonVariants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Any file is refused, or every tensor of it can be read from its first byte to its last. */
public final class SafeTensorsFuzz {

  private static final JsonVariants HEADERS = new JsonVariants(List.of(
      """
      {"a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
       "b.weight": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]}}""",
      """
      {"__metadata__": {"format": "mlx"}, "e": {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]},
       "s": {"dtype": "F16", "shape": [], "data_offsets": [0, 2]},
       "t": {"dtype": "F4", "shape": [5, 2], "data_offsets": [2, 7]},
       "u": {"dtype": "F6_E2M3", "shape": [4], "data_offsets": [7, 10]}}""",
      """
      {"w": {"dtype": "U32", "shape": [3, 1, 2], "data_offsets": [8, 32]},
       "v": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}, "__metadata__": null}"""));
  private static final Path FILE = file();

  private SafeTensorsFuzz() {}

  /** The first byte 0: almost a good header, and data of about the right length; else what follows it is the file. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Files.write(FILE, contents(data));
    Fuzz.worksOrRefuses(SafeTensorsFuzz::readAll);
  }

  static byte[] contents(byte[] data) {
    if (data.length == 0 || data[0] != 0) {
      return Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
    }
    Choices choices = new Choices(data, 1);
    int dataBytes = choices.flag() ? choices.below(64) : 32;
    byte[] file = HandMade.safetensors(HEADERS.vary(choices), dataBytes);
    return choices.below(16) == 15 ? Arrays.copyOf(file, choices.below(file.length)) : file;
  }

  private static void readAll() {
    try (Arena arena = Arena.ofConfined()) {
      SafeTensors file = SafeTensors.open(FILE, arena);
      for (String name : file.names()) {
        Fuzz.worksOrRefuses(() -> read(file.tensor(name)));
      }
    }
  }

  private static void read(TensorEntry tensor) {
    long product = Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
    if (product != tensor.elements()) {
      throw new AssertionError(tensor.name() + ": " + product + " elements are not " + tensor.elements());
    }
    MemorySegment bytes = tensor.data();
    for (long i = 0; i < bytes.byteSize(); i++) {
      bytes.get(ValueLayout.JAVA_BYTE, i);
    }
    tensor.stackedRows();
  }

  private static Path file() {
    try {
      Path file = Files.createTempFile("fuzz", ".safetensors");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
