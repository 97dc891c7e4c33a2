package dev.quipu.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files made byte by byte, for the tests of this package. */
final class HandMade {

  private HandMade() {}

  /** A safetensors file of this header and so many data bytes, of which byte i is i. */
  static byte[] safetensors(String header, int dataBytes) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    for (int i = 0; i < dataBytes; i++) {
      file.put((byte) i);
    }
    return file.array();
  }

  /** A safetensors file with one U8 tensor of 4 bytes a name. */
  static byte[] safetensorsOf(String... names) {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < names.length; i++) {
      header.append(i == 0 ? "" : ",").append('"').append(names[i]).append("\":")
          .append("{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[").append(4 * i).append(',').append(4 * i + 4)
          .append("]}");
    }
    return safetensors(header.append('}').toString(), 4 * names.length);
  }

  static Path write(Path folder, String file, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(file), bytes);
  }

  static Path write(Path folder, String file, String text) throws IOException {
    return Files.writeString(folder.resolve(file), text);
  }

  static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  static void deflate(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }

  /** A jar with one stored safetensors file and a compressed config.json in {@code models/tiny}, and a class. */
  static byte[] jar() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      deflate(zip, "dev/quipu/Main.class", new byte[100]);
      store(zip, "models/tiny/model.safetensors", safetensorsOf("a", "b"));
      deflate(zip, "models/tiny/config.json", "{\"model_type\": \"llama\"}".getBytes(StandardCharsets.UTF_8));
      deflate(zip, "models/packed/model.safetensors", safetensorsOf("a", "b"));
      deflate(zip, "models/packed/config.json", "{}".getBytes(StandardCharsets.UTF_8));
      zip.setComment("a comment, which moves the directory's end");
    }
    return bytes.toByteArray();
  }
}
