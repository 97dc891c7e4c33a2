package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import dev.quipu.config.JsonReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: which tensor lies where. Once it exists, every tensor's bytes are known to lie
 * inside the data, to match its shape, and to belong to no other tensor; together they fill the data without a gap, as
 * the format demands. Reads no data.
 */
record SafeTensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {

  /** A tensor of any safetensors type; bytes begin to end of the data are its own. */
  record Entry(String name, String dtype, long[] shape, long begin, long end) implements Comparable<Entry> {

    /** By place in the data; an empty tensor comes before the one that begins where it lies. */
    @Override
    public int compareTo(Entry other) {
      return begin != other.begin ? Long.compare(begin, other.begin) : Long.compare(end, other.end);
    }
  }

  /**
   * @param json      the header's bytes
   * @param file      the file's name, for messages
   * @param dataBytes how many bytes follow the header
   * @param remedy    what to do about a damaged file, such as {@code download it again}
   * @throws QuipuException naming the file and the tensor
   */
  static SafeTensorsHeader parse(byte[] json, String file, long dataBytes, String remedy) {
    Object header = new JsonReader(json, file + ": header").strict().document();
    return new Reader(file, dataBytes, remedy).read(header);
  }

  private static final class Reader {

    private final String file;
    private final long dataBytes;
    private final String remedy;
    private final Map<String, Entry> tensors = new LinkedHashMap<>();
    private Map<String, String> metadata = Map.of();

    Reader(String file, long dataBytes, String remedy) {
      this.file = file;
      this.dataBytes = dataBytes;
      this.remedy = remedy;
    }

    SafeTensorsHeader read(Object header) {
      if (!(header instanceof Map<?, ?> members)) {
        throw refuse("header: expected a JSON object");
      }
      for (Map.Entry<?, ?> member : members.entrySet()) {
        readMember((String) member.getKey(), member.getValue());
      }
      checkLayout();
      return new SafeTensorsHeader(tensors, metadata);
    }

    private void readMember(String key, Object value) {
      if (key.equals("__metadata__")) {
        readMetadata(value);
      } else {
        tensors.put(key, entry(key, value));
      }
    }

    private void readMetadata(Object value) {
      if (value == null) {
        return;   // MLX writes null where it has no metadata
      }
      metadata = new LinkedHashMap<>();
      for (Map.Entry<?, ?> member : object("__metadata__", value).entrySet()) {
        if (!(member.getValue() instanceof String text)) {
          throw refuse("__metadata__." + member.getKey() + " must be a string but is " + shown(member.getValue()));
        }
        metadata.put((String) member.getKey(), text);
      }
    }

    private Entry entry(String name, Object value) {
      Map<?, ?> object = object("tensor \"" + name + "\"", value);
      if (!(object.get("dtype") instanceof String dtype)) {
        throw refuse(name, "dtype must be a string but is " + shown(object.get("dtype")));
      }
      long[] shape = counts(name, "shape", object.get("shape"));
      long[] offsets = counts(name, "data_offsets", object.get("data_offsets"));
      if (offsets.length != 2 || offsets[0] > offsets[1]) {
        throw refuse(name, "data_offsets must be [begin, end] but are " + Arrays.toString(offsets));
      }
      Entry entry = new Entry(name, dtype, shape, offsets[0], offsets[1]);
      checkSize(entry);
      return entry;
    }

    private void checkSize(Entry entry) {
      long size = entry.end() - entry.begin();
      if (entry.end() > dataBytes) {
        throw refuse(entry.name(), "data_offsets [" + entry.begin() + ", " + entry.end() + "] reach beyond the file's "
            + dataBytes + " data bytes: the file is truncated or damaged; " + remedy);
      }
      long bits = bits(entry);
      long elements = elements(entry);
      if (elements > Long.MAX_VALUE / bits || elements * bits != size * 8) {
        throw refuse(entry.name(), entry.dtype() + " " + Arrays.toString(entry.shape()) + " does not fit its " + size
            + " bytes (data_offsets [" + entry.begin() + ", " + entry.end() + "]): the file is damaged; " + remedy);
      }
    }

    // the types of the format's reference implementation, so that a tensor nobody asks for does not spoil the file
    private int bits(Entry entry) {
      return switch (entry.dtype()) {
        case "F4" -> 4;
        case "F6_E2M3", "F6_E3M2" -> 6;
        case "BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ" -> 8;
        case "I16", "U16", "F16", "BF16" -> 16;
        case "I32", "U32", "F32" -> 32;
        case "I64", "U64", "F64", "C64" -> 64;
        default -> throw refuse(entry.name(), "dtype \"" + entry.dtype() + "\" is unknown; supported: F32, F16, BF16, "
            + "U32, U8, I32");
      };
    }

    private long elements(Entry entry) {
      long product = 1;
      for (long dim : entry.shape()) {
        if (dim != 0 && product > Long.MAX_VALUE / dim) {
          throw refuse(entry.name(), "shape " + Arrays.toString(entry.shape()) + " overflows");
        }
        product *= dim;
      }
      return product;
    }

    private void checkLayout() {
      List<Entry> byOffset = new ArrayList<>(tensors.values());
      Collections.sort(byOffset);
      long end = 0;
      for (Entry entry : byOffset) {
        if (entry.begin() != end) {
          throw refuse(entry.name(), "its data begins at " + entry.begin() + " but the tensors before it end at " + end
              + ": tensors must neither overlap nor leave gaps; the file is damaged; " + remedy);
        }
        end = entry.end();
      }
      if (end != dataBytes) {
        throw refuse("the file has " + dataBytes + " data bytes but its tensors end at " + end
            + ": the file is damaged; " + remedy);
      }
    }

    private Map<?, ?> object(String what, Object value) {
      if (value instanceof Map<?, ?> map) {
        return map;
      }
      throw refuse(what + " must be a JSON object but is " + shown(value));
    }

    private long[] counts(String tensor, String key, Object value) {
      if (!(value instanceof List<?> list)) {
        throw refuse(tensor, key + " must be a list but is " + shown(value));
      }
      long[] counts = new long[list.size()];
      for (int i = 0; i < counts.length; i++) {
        if (!(list.get(i) instanceof Long n) || n < 0) {
          throw refuse(tensor, key + " must hold whole numbers ≥ 0 but is " + shown(value));
        }
        counts[i] = n;
      }
      return counts;
    }

    private static String shown(Object value) {
      String text = String.valueOf(value);
      return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private QuipuException refuse(String tensor, String what) {
      return refuse("tensor \"" + tensor + "\": " + what);
    }

    private QuipuException refuse(String what) {
      return new QuipuException(file + ": " + what);
    }
  }
}
