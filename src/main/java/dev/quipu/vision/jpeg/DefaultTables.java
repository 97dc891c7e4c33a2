package dev.quipu.vision.jpeg;

import java.util.HexFormat;

/** The codes that ITU T.81 proposes in annex K: of light, and of colour. */
final class DefaultTables {

  private static final String MEANS = "000102030405060708090a0b";
  private static final String[] MEAN_COUNTS = {"00010501010101010100000000000000", "00030101010101010101010000000000"};
  private static final String[] REST_COUNTS = {"0002010303020403050504040000017d", "00020102040403040705040400010277"};
  private static final String[] RESTS = {
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738"
        + "393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4"
        + "a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
    "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a353637"
        + "38393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999a"
        + "a2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa"
  };

  private DefaultTables() {}

  static HuffmanTable means(int which) {
    return table(MEAN_COUNTS[which], MEANS);
  }

  static HuffmanTable rests(int which) {
    return table(REST_COUNTS[which], RESTS[which]);
  }

  private static HuffmanTable table(String counts, String symbols) {
    byte[] bytes = HexFormat.of().parseHex(counts);
    int[] byLength = new int[bytes.length + 1];
    for (int i = 0; i < bytes.length; i++) {
      byLength[i + 1] = bytes[i] & 0xFF;
    }
    return new HuffmanTable(byLength, HexFormat.of().parseHex(symbols));
  }
}
