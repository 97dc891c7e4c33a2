package dev.quipu.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import dev.quipu.checkpoint.SafeTensorsWriter.Declaration;
import dev.quipu.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsWriterTest {

  @TempDir
  Path folder;

  @Test
  void theFileHasTheBytesOfTheFormat() throws IOException {
    Path file = folder.resolve("a.safetensors");
    List<Declaration> tensors = List.of(new Declaration("b", DType.F32, 1, 2));
    try (var writer = SafeTensorsWriter.create(file, tensors, Map.of("k", "v\""))) {
      writer.write("b", new float[] {1, -2, 99});
      writer.finish();
    }
    String header = "{\"__metadata__\":{\"k\":\"v\\\"\"},"
        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}";
    String padded = header + " ".repeat(-header.length() & 7);
    ByteBuffer expected = ByteBuffer.allocate(8 + padded.length() + 8).order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded.length()).put(padded.getBytes(StandardCharsets.UTF_8)).putFloat(1).putFloat(-2);
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
  }

  @Test
  void whatIsWrittenInAnyOrderIsReadBack() {
    Path file = folder.resolve("a.safetensors");
    float[] many = new float[700_001]; // more than one buffer
    for (int i = 0; i < many.length; i++) {
      many[i] = i;
    }
    List<Declaration> tensors = List.of(
        new Declaration("ä/z", DType.U8, 3), new Declaration("many", DType.F32, many.length),
        new Declaration("scalar", DType.F32), new Declaration("none", DType.BF16, 0, 4));
    try (Arena arena = Arena.ofConfined()) {
      try (var writer = SafeTensorsWriter.create(file, tensors, Map.of())) {
        writer.write("none", MemorySegment.ofArray(new byte[0]));
        writer.write("scalar", new float[] {7});
        writer.write("ä/z", MemorySegment.ofArray(new byte[] {1, 2, 3}));
        writer.write("many", many);
        writer.finish();
      }
      SafeTensors read = SafeTensors.open(file, arena);
      assertThat(read.names()).containsExactly("many", "scalar", "none", "ä/z"); // wide types first, then by name
      assertThat(read.tensor("many").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).isEqualTo(many);
      assertThat(read.tensor("scalar").shape()).isEmpty();
      assertThat(read.tensor("scalar").data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED)).containsExactly(7);
      assertThat(read.tensor("ä/z").data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void anUnfinishedFileLeavesNothingAndSparesTheOldOne() throws IOException {
    Path file = Files.writeString(folder.resolve("a.safetensors"), "old");
    try (var writer = SafeTensorsWriter.create(file, List.of(new Declaration("b", DType.F32, 2)), Map.of())) {
      assertThatThrownBy(writer::finish).hasMessageContaining("not written: [b]");
    }
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(folder).isDirectoryContaining("glob:**a.safetensors").isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void whatWasNotDeclaredSoIsRefused() {
    Path file = folder.resolve("a.safetensors");
    try (var writer = SafeTensorsWriter.create(file, List.of(new Declaration("b", DType.U8, 4)), Map.of())) {
      assertThatThrownBy(() -> writer.write("c", new float[1])).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.write("b", new float[1])).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.write("b", MemorySegment.ofArray(new byte[3])))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aFolderThatDoesNotExistIsNamed() {
    Path file = folder.resolve("none/a.safetensors");
    assertThatThrownBy(() -> SafeTensorsWriter.create(file, List.of(), Map.of())).isInstanceOf(QuipuException.class)
        .hasMessageContaining(file.toString()).hasMessageContaining("its folder does not exist");
  }
}
