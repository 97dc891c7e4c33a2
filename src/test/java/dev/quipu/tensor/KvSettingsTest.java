package dev.quipu.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.InvalidRequestException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class KvSettingsTest {

  private static void assertRefused(String parameter, String message, ThrowingCallable settings) {
    assertThatThrownBy(settings).isInstanceOf(InvalidRequestException.class)
        .hasMessage(parameter + " " + message)
        .extracting(e -> ((InvalidRequestException) e).parameter()).isEqualTo(parameter);
  }

  @Test
  void valuesOutOfTheirRangeAreRefusedByName() {
    assertRefused("kv_dtype", "must be F32, BF16 or F16 but is U8", () -> KvSettings.of(DType.U8));
    assertRefused("kv_bits", "must be 2, 3, 4, 6 or 8 but is 5", () -> KvSettings.packed(5, 64, 0));
    assertRefused("kv_bits", "must be 2, 3, 4, 6 or 8 but is -4", () -> KvSettings.packed(-4, 64, 0));
    assertRefused("kv_group_size", "must be 32, 64 or 128 but is 16", () -> KvSettings.packed(4, 16, 0));
    assertRefused("quantized_kv_start", "must be at least 0 but is -1", () -> KvSettings.packed(4, 64, -1));
    assertRefused("max_kv_size", "must be greater than 4, the first positions that are always kept, but is 4",
        () -> KvSettings.rotating(DType.F32, 4, 4));
    assertRefused("max_kv_size", "must be greater than 4, the first positions that are always kept, but is -1",
        () -> KvSettings.rotating(DType.F32, -1, 4));
    assertRefused("keep", "must be at least 0 but is -1", () -> KvSettings.rotating(DType.F32, 10, -1));
  }

  @Test
  void settingsThatContradictEachOtherAreRefusedByName() {
    assertRefused("kv_group_size", "is 32 but has no meaning without kv_bits",
        () -> new KvSettings(DType.F32, 0, 32, 0, 0, 4));
    assertRefused("quantized_kv_start", "is 100 but has no meaning without kv_bits",
        () -> new KvSettings(DType.F32, 0, 0, 100, 0, 4));
    assertRefused("kv_bits", "is 4 but kv_dtype is BF16: numbers are either packed or kept as BF16",
        () -> new KvSettings(DType.BF16, 4, 64, 0, 0, 4));
    assertRefused("kv_bits", "is 4 but max_kv_size is 100: a rotating cache cannot be packed",
        () -> new KvSettings(DType.F32, 4, 64, 0, 100, 4));
  }

  @Test
  void whatALayerSeesIsCutToTheRoom() {
    AttentionShape full = new AttentionShape(4, 2, 8, 1, AttentionShape.ALL);
    KvSettings settings = KvSettings.rotating(DType.F32, 100, 4);
    assertThat(settings.limited(full)).isEqualTo(full.withWindow(96).withKeep(4));
    assertThat(settings.limited(full.withWindow(101))).isEqualTo(full.withWindow(96).withKeep(4));
    assertThat(settings.limited(full.withWindow(100))).isEqualTo(full.withWindow(100));
    assertThat(KvSettings.FLOAT32.limited(full)).isEqualTo(full);
  }
}
