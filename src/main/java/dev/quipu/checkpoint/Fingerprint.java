package dev.quipu.checkpoint;

import dev.quipu.QuipuException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What tells a model from another one without reading its weights: SHA-256 of config.json, of tokenizer.json, and of
 * the tensors' names, types, shapes and first {@value #SAMPLE_BYTES} bytes, since fine-tuned models differ in nothing
 * but numbers.
 *
 * @param tokenizer empty if there is none
 */
public record Fingerprint(String config, String tokenizer, String weights) {

  static final int SAMPLE_BYTES = 64;

  public static Fingerprint of(Checkpoint checkpoint) {
    MessageDigest weights = sha256();
    checkpoint.weights().digest(weights);
    return new Fingerprint(of(checkpoint, "config.json"),
        checkpoint.has("tokenizer.json") ? of(checkpoint, "tokenizer.json") : "", hex(weights));
  }

  private static String of(Checkpoint checkpoint, String file) {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(checkpoint.open(file), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new QuipuException(file + ": cannot read it in " + checkpoint.name() + ": " + e.getMessage(), e);
    }
    return hex(digest);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java has it
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
