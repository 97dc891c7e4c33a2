package dev.quipu.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures of WebP that other decoders read wrongly: the SHA-256 of what libwebp 1.6.0 makes of them. */
class WebpDecoderTest {

  @ParameterizedTest
  @CsvSource({
    // one pixel, whose last codes end where the file does
    "UklGRhgAAABXRUJQVlA4TAsAAAAvAAAAAEV5ogj9DwA=,"
        + "76fb87caf8edf22b8bb82ff05b02f4fb99395c7dc0749379dd59adc1cd5b36eb",
    // one column, transparent in parts
    "UklGRswAAABXRUJQVlA4TMAAAAAvAMAJEBfBqLZtJV9xRo/fgQJOYxLQxmXm7jUEAklg4w/GqLZtJd8FG3kAEpCYKrTQsbv7YlTbtpKvOKPH70AB"
        + "pzEJaOMyc/f4xT9gIPQCSIh4kQzJBsNwAEd4xSk6UzKdPNOtuC//xQzMREyVo7Jaho0YmGAJLNtnIwpK+MkIjLkjb4Xtbto9hVe/1T/3j+1x"
        + "J+9O3zmxJjBsG0lx8pj57pl/IvofAL4XDDv/LxrD+RQh780af7i2aDWlkddK5g4=,"
        + "3bd308aab4c4b0ca9eb3f4eee90b6e612be8d6a1a6f1cfa27dcc7e30e1030348"
  })
  void losslessPicturesAreThoseOfLibwebp(String base64, String hash) throws Exception {
    RgbImage picture = ImageDecoder.decode(Base64.getDecoder().decode(base64), "photo", false);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(picture.rgb());
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(hash);
  }
}
