package dev.quipu.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import dev.quipu.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {

  private static final String GOOD = """
      {"__metadata__": {"format": "mlx"},
       "second": {"dtype": "U8", "shape": [3], "data_offsets": [8, 11]},
       "first": {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]},
       "empty": {"dtype": "BF16", "shape": [0, 7], "data_offsets": [11, 11]},
       "double": {"dtype": "F64", "shape": [], "data_offsets": [11, 19]}}  """;

  @TempDir
  Path folder;

  @Test
  void tensorsHaveTheirTypeShapeAndBytes() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SafeTensors file = open(HandMade.safetensors(GOOD, 19), arena);
      assertThat(file.names()).containsExactly("second", "first", "empty", "double");
      assertThat(file.metadata()).containsOnlyKeys("format").containsValue("mlx");
      TensorEntry first = file.tensor("first");
      assertThat(first.dtype()).isEqualTo(DType.F32);
      assertThat(first.shape()).containsExactly(2, 1);
      assertThat(first.elements()).isEqualTo(2);
      assertThat(first.data().get(ValueLayout.JAVA_INT_UNALIGNED, 4)).isEqualTo(0x07060504);
      assertThat(file.tensor("second").data().toArray(ValueLayout.JAVA_BYTE)).containsExactly(8, 9, 10);
      assertThat(file.tensor("empty").data().byteSize()).isZero();
    }
  }

  @Test
  void mappedBytesAreReadOnlyAndEndWithTheArena() throws IOException {
    MemorySegment data;
    try (Arena arena = Arena.ofConfined()) {
      data = open(HandMade.safetensors(GOOD, 19), arena).tensor("first").data();
      assertThat(data.isReadOnly()).isTrue();
      assertThat(data.isMapped()).isTrue();
    }
    assertThatThrownBy(() -> data.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void fileWithoutTensorsIsEmpty() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(open(HandMade.safetensors("{}", 0), arena).names()).isEmpty();
    }
  }

  @Test
  void metadataMayBeNullAsMlxWritesIt() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(open(HandMade.safetensors("{\"__metadata__\": null}", 0), arena).metadata()).isEmpty();
    }
  }

  @Test
  void tensorOfAnUnsupportedTypeIsRefusedOnlyWhenAskedFor() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SafeTensors file = open(HandMade.safetensors(GOOD, 19), arena);
      assertThatThrownBy(() -> file.tensor("double")).isInstanceOf(QuipuException.class)
          .hasMessageContaining("model.safetensors: tensor \"double\": dtype F64 is not supported");
    }
  }

  @Test
  void wrongShapeIsRefusedWithItsMeaning() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      TensorEntry first = open(HandMade.safetensors(GOOD, 19), arena).tensor("first");
      assertThat(first.expectShape("hidden_size × 1", 2, 1)).isSameAs(first);
      assertThatThrownBy(() -> first.expectShape("hidden_size × 1", 4, 1)).isInstanceOf(QuipuException.class)
          .hasMessage("first: expected [4, 1] (hidden_size × 1), the file has [2, 1]");
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
      [] | expected a JSON object
      {"x": 1} | tensor "x" must be a JSON object but is 1
      {"x": {"dtype":"U8","shape":[4],"data_offsets":[0,4]}} 7 | more text follows
      {"x": {"dtype":"U8","shape":[4],"data_offsets":[0,4]} | not valid JSON
      {"x": {"shape":[4],"data_offsets":[0,4]}} | tensor "x": dtype must be a string but is null
      {"x": {"dtype":7,"shape":[4],"data_offsets":[0,4]}} | dtype must be a string but is 7
      {"x": {"dtype":"Q4","shape":[4],"data_offsets":[0,4]}} | tensor "x": dtype "Q4" is unknown
      {"x": {"dtype":"U8","data_offsets":[0,4]}} | shape must be a list but is null
      {"x": {"dtype":"U8","shape":4,"data_offsets":[0,4]}} | shape must be a list but is 4
      {"x": {"dtype":"U8","shape":[4.0],"data_offsets":[0,4]}} | shape must hold whole numbers ≥ 0
      {"x": {"dtype":"U8","shape":[-4],"data_offsets":[0,4]}} | shape must hold whole numbers ≥ 0
      {"x": {"dtype":"U8","shape":[36893488147419103236],"data_offsets":[0,4]}} | shape must hold whole numbers ≥ 0
      {"x": {"dtype":"U8","shape":[4]}} | data_offsets must be a list but is null
      {"x": {"dtype":"U8","shape":[4],"data_offsets":[4]}} | data_offsets must be [begin, end]
      {"x": {"dtype":"U8","shape":[4],"data_offsets":[4,0]}} | data_offsets must be [begin, end]
      {"x": {"dtype":"U8","shape":[4],"data_offsets":[-4,0]}} | data_offsets must hold whole numbers ≥ 0
      {"x": {"dtype":"U8","shape":[4096],"data_offsets":[0,4096]}} | tensor "x": data_offsets [0, 4096] reach \
      beyond the file's 4 data bytes: the file is truncated or damaged; download it again
      {"x": {"dtype":"F32","shape":[4],"data_offsets":[0,4]}} | F32 [4] does not fit its 4 bytes
      {"x": {"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}} | does not fit its 4 bytes
      {"x": {"dtype":"U8","shape":[4294967296,4294967297],"data_offsets":[0,4]}} | 4294967297] overflows
      {"x": {"dtype":"U8","shape":[3],"data_offsets":[0,3]}} | 4 data bytes but its tensors end at 3
      {"x": {"dtype":"U8","shape":[3],"data_offsets":[1,4]}} | begins at 1 but the tensors before it end at 0
      {"x": {"dtype":"U8","shape":[3],"data_offsets":[0,3]}, "y": {"dtype":"U8","shape":[2],"data_offsets":[2,4]}} \
      | tensor "y": its data begins at 2 but the tensors before it end at 3
      {"x": {"dtype":"U8","shape":[4],"data_offsets":[0,4]}, "x": {}} | is given twice
      {"x": {"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]}} | is given twice
      {"__metadata__": {}, "__metadata__": {}} | is given twice
      {"__metadata__": 7} | __metadata__ must be a JSON object
      {"__metadata__": {"format": 7}} | __metadata__.format must be a string but is 7
      """)
  void damagedHeaderIsRefused(String header, String message) throws IOException {
    assertRefused(HandMade.safetensors(header, 4), message);
  }

  @Test
  void fileOfSevenBytesIsRefused() throws IOException {
    assertRefused(new byte[7], "it has 7 bytes, too few");
    assertRefused(new byte[0], "it has 0 bytes, too few");
  }

  @Test
  void headerLongerThanTheFileIsRefused() throws IOException {
    assertRefused(new byte[] {100, 0, 0, 0, 0, 0, 0, 0, '{', '}'},
        "its header of 100 bytes reaches beyond the file's 10");
  }

  @Test
  void headerOverTheLimitIsRefused() throws IOException {
    assertRefused(new byte[] {1, -31, -11, 5, 0, 0, 0, 0, '{', '}'}, "a header of 100000001 bytes");
    assertRefused(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{', '}'}, "a header of 18446744073709551615 bytes");
  }

  @Test
  void gitLfsPointerIsNamed() throws IOException {
    byte[] pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n".getBytes();
    assertRefused(pointer, "git-lfs pointer");
  }

  @Test
  void missingFileIsNamed() {
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> SafeTensors.open(folder.resolve("no.safetensors"), arena))
          .isInstanceOf(QuipuException.class).hasMessageContaining("no.safetensors: cannot read")
          .hasMessageContaining("no such file");
    }
  }

  @Test
  void damagedFilesAreReadWholeOrRefused() throws IOException {
    byte[] good = HandMade.safetensors(GOOD, 19);
    SplittableRandom random = new SplittableRandom(4711);
    int refused = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] bad = damaged(good, random);
      try (Arena arena = Arena.ofConfined()) {
        readAll(open(bad, arena));
      } catch (QuipuException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  private static byte[] damaged(byte[] good, SplittableRandom random) {
    byte[] bad = good.clone();
    int flips = random.nextInt(3);
    for (int i = 0; i < flips; i++) {
      int at = random.nextInt(4) == 0 ? random.nextInt(8) : random.nextInt(bad.length);
      char likely = "0123456789-.,[]{}\": e".charAt(random.nextInt(21));
      bad[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : likely);
    }
    boolean cut = flips == 0 || random.nextInt(4) == 0;
    return cut ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
  }

  private static void readAll(SafeTensors file) {
    for (String name : file.names()) {
      try {
        file.tensor(name).data().toArray(ValueLayout.JAVA_BYTE);
      } catch (QuipuException e) {
        assertThat(e).hasMessageContaining("is not supported");
      }
    }
  }

  private SafeTensors open(byte[] bytes, Arena arena) throws IOException {
    return SafeTensors.open(Files.write(folder.resolve("model.safetensors"), bytes), arena);
  }

  private void assertRefused(byte[] bytes, String message) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> open(bytes, arena)).isInstanceOf(QuipuException.class)
          .hasMessageStartingWith("model.safetensors").hasMessageContaining(message);
    }
  }
}
