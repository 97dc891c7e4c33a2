package dev.quipu.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.text.AddedTokens.Added;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a {@code tokenizer.json}: the vocabulary and the merges straight from the bytes into tables, all that is small
 * as plain JSON. What contradicts itself or is not supported is refused. Knows nothing of encoding.
 */
final class TokenizerReader {

  private static final String VERSION_COMMENT = "#version";

  private final String name;
  private final Map<String, Object> sections = new HashMap<>();
  private final Map<String, Object> model = new HashMap<>();
  private Vocabulary vocabulary;
  private Merges merges;
  /** The bytes of the prefix with which the merges were read. */
  private int mergedPrefix;

  TokenizerReader(String name) {
    this.name = name;
  }

  Tokenizer read(InputStream in) {
    readFile(bytes(in));
    checkKinds();
    var components = new ComponentReader(name);
    Normalizer normalizer = components.normalizer(sections.get("normalizer"));
    PreTokenizer preTokenizer = components.preTokenizer(sections.get("pre_tokenizer"));
    PostProcessor postProcessor = components.postProcessor(sections.get("post_processor"));
    Decoder decoder = components.decoder(sections.get("decoder"));
    var added = new AddedTokens(addedTokens(), vocabulary, normalizer);
    boolean byteLevel = components.endsWithByteLevel();
    var bpe = new Bpe(vocabulary, merges, options(), byteLevel, byteLevel ? null : seams());
    return new Tokenizer(
        new Tokenizer.Parts(vocabulary, added, normalizer, preTokenizer, bpe, postProcessor, decoder));
  }

  private byte[] bytes(InputStream in) {
    try (in) {
      byte[] bytes = in.readAllBytes();
      if (bytes.length > 1 && bytes[0] == '\n' && bytes[1] != '{' && bytes[1] != ' ') {
        throw new QuipuException(
            name + ": this looks like a SentencePiece tokenizer.model; a tokenizer.json is needed");
      }
      return bytes;
    } catch (IOException e) {
      throw new QuipuException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private void readFile(byte[] bytes) {
    var json = new JsonBytes(bytes, name);
    json.expect('{');
    if (!json.take('}')) {
      do {
        String key = json.key();
        if (key.equals("model") && json.peek() == '{') {
          readModel(json);
        } else {
          sections.put(key, json.value());
        }
      } while (json.more('}'));
    }
    if (json.peek() >= 0) {
      throw json.malformed("expected the end of the file");
    }
  }

  private void readModel(JsonBytes json) {
    int mergesAt = -1;
    json.expect('{');
    if (!json.take('}')) {
      do {
        String key = json.key();
        if (key.equals("vocab") && json.peek() == '{') {
          readVocabulary(json);
        } else if (key.equals("merges") && json.peek() == '[') {
          mergesAt = json.position();
          readMerges(json);
        } else {
          model.put(key, json.value());
        }
      } while (json.more('}'));
    }
    if (mergesAt >= 0 && vocabulary != null && (merges == null || mergedPrefix != prefixLength())) {
      int end = json.position();
      json.moveTo(mergesAt);
      readMerges(json);
      json.moveTo(end);
    }
  }

  private void readVocabulary(JsonBytes json) {
    vocabulary = new Vocabulary();
    json.expect('{');
    if (!json.take('}')) {
      do {
        json.readString();
        checkUtf8(json);
        byte[] string = json.string;
        int start = json.stringStart;
        int end = json.stringEnd;
        json.expect(':');
        int id = json.readId();
        if (id > Vocabulary.MAX_ID) {
          throw json.malformed("the id " + id + " is larger than " + Vocabulary.MAX_ID);
        }
        vocabulary.add(string, start, end, id);
      } while (json.more('}'));
    }
    vocabulary.freeze();
  }

  private void checkUtf8(JsonBytes json) {
    for (int i = json.stringStart; i < json.stringEnd; i++) {
      if (json.string[i] < 0) {
        if (!Utf8.isValid(json.string, i, json.stringEnd)) {
          throw json.malformed("a token is not UTF-8");
        }
        return;
      }
    }
  }

  private int prefixLength() {
    return model.get("continuing_subword_prefix") instanceof String prefix ? prefix.getBytes(UTF_8).length : 0;
  }

  /** Merges need the vocabulary and the prefix; where those come later in the file, the merges are read twice. */
  private void readMerges(JsonBytes json) {
    if (vocabulary == null) {
      json.value();
      return;
    }
    merges = new Merges();
    mergedPrefix = prefixLength();
    int skip = mergedPrefix;
    json.expect('[');
    if (json.take(']')) {
      return;
    }
    boolean pairs = json.peek() == '[';
    do {
      if (pairs) {
        readPair(json, skip);
      } else {
        readLine(json, skip);
      }
    } while (json.more(']'));
  }

  private void readPair(JsonBytes json, int skip) {
    json.expect('[');
    json.readString();
    int left = token(json, json.stringStart, json.stringEnd);
    json.expect(',');
    json.readString();
    int right = token(json, json.stringStart, json.stringEnd);
    json.expect(']');
    addMerge(left, right, skip);
  }

  private void readLine(JsonBytes json, int skip) {
    json.readString();
    if (isComment(json)) {
      return;
    }
    int space = indexOfSpace(json, json.stringStart);
    if (space == json.stringEnd || indexOfSpace(json, space + 1) != json.stringEnd) {
      throw json.malformed("model.merges: each must be two tokens with one space between");
    }
    addMerge(token(json, json.stringStart, space), token(json, space + 1, json.stringEnd), skip);
  }

  private static boolean isComment(JsonBytes json) {
    int length = VERSION_COMMENT.length();
    return json.stringEnd - json.stringStart >= length && json.string[json.stringStart] == '#'
        && new String(json.string, json.stringStart, length, ISO_8859_1)
            .equals(VERSION_COMMENT);
  }

  private static int indexOfSpace(JsonBytes json, int from) {
    int i = from;
    while (i < json.stringEnd && json.string[i] != ' ') {
      i++;
    }
    return i;
  }

  private int token(JsonBytes json, int start, int end) {
    int id = vocabulary.id(json.string, start, end);
    if (id < 0) {
      String token = new String(json.string, start, end - start, UTF_8);
      throw new QuipuException(
          name + ": model.merges: merge " + merges.size() + " names \"" + token + "\", which model.vocab has not");
    }
    return id;
  }

  private void addMerge(int left, int right, int skip) {
    int result = vocabulary.idOfBoth(left, right, skip);
    if (result < 0) {
      throw new QuipuException(name + ": model.merges: merge " + merges.size() + " makes \"" + vocabulary.token(left)
          + vocabulary.token(right) + "\", which model.vocab has not");
    }
    merges.add(left, right, result);
  }

  private void checkKinds() {
    Object version = sections.getOrDefault("version", "1.0");
    if (!"1.0".equals(version)) {
      throw new QuipuException(name + ": version is " + version + "; supported: 1.0");
    }
    Object type = model.getOrDefault("type", "BPE");
    if (!"BPE".equals(type)) {
      throw new QuipuException(name + ": model.type \"" + type + "\" is not supported; supported: BPE");
    }
    if (vocabulary == null) {
      throw new QuipuException(name + ": model.vocab is missing or not an object of tokens and ids");
    }
    if (merges == null) {
      throw new QuipuException(name + ": model.merges is missing or not a list");
    }
  }

  private Bpe.Options options() {
    Config config = Config.of(name.concat(": model"), model);
    double dropout = config.doubleValue("dropout", 0);
    if (dropout != 0) {
      throw config.refuse("dropout", "is " + dropout + ", which makes the ids random; supported: null or 0");
    }
    return new Bpe.Options(config.stringValue("unk_token", null), config.stringValue("continuing_subword_prefix", ""),
        config.stringValue("end_of_word_suffix", ""), config.booleanValue("fuse_unk", false),
        config.booleanValue("byte_fallback", false), config.booleanValue("ignore_merges", false));
  }

  /** The borders that merges cross; null if merges work on the tokens that stand for bytes. */
  private Seams seams() {
    var seams = new Seams();
    var bytes = new BitSet();
    for (int b = 0; b < 256; b++) {
      int id = Bpe.fallbackToken(vocabulary, b);
      if (id >= 0) {
        bytes.set(id);
      }
    }
    return merges.joinSeams(vocabulary, bytes, seams) ? seams : null;
  }

  private List<Added> addedTokens() {
    List<Added> tokens = new ArrayList<>();
    Map<Integer, String> byId = new HashMap<>();
    Object list = sections.get("added_tokens");
    if (list == null) {
      return tokens;
    }
    if (!(list instanceof List<?> entries)) {
      throw new QuipuException(name + ": added_tokens must be a list");
    }
    for (Object entry : entries) {
      Added token = addedToken(Config.of(name, entry));
      checkClash(token, byId.put(token.id(), token.content()));
      checkClash(token, vocabulary.token(token.id()));
      tokens.add(token);
    }
    return tokens;
  }

  private static Added addedToken(Config config) {
    int id = config.requireInt("id");
    if (id < 0 || id > Vocabulary.MAX_ID) {
      throw config.refuse("id", "must be from 0 to " + Vocabulary.MAX_ID + " but is " + id);
    }
    return new Added(id, config.requireString("content"), flag(config, "single_word"),
        flag(config, "lstrip"), flag(config, "rstrip"), flag(config, "normalized"), flag(config, "special"));
  }

  private static boolean flag(Config config, String key) {
    if (!config.has(key)) {
      throw config.refuse(key, "is missing");
    }
    return config.booleanValue(key, false);
  }

  private void checkClash(Added token, String other) {
    if (other != null && !other.equals(token.content())) {
      throw new QuipuException(name + ": added_tokens: \"" + token.content() + "\" has the id " + token.id()
          + ", which is that of \"" + other + "\"");
    }
  }
}
