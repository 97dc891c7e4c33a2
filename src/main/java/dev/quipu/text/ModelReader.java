package dev.quipu.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.config.JsonReader;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the model of a {@code tokenizer.json}, byte-pair encoding: the vocabulary and the merges go straight from the
 * file's bytes into tables. Refuses other models, and merges that the vocabulary does not bear out.
 */
final class ModelReader {

  private static final String VERSION_COMMENT = "#version";

  private final JsonReader json;
  private final String name;
  private final Map<String, Object> options = new HashMap<>();
  private Vocabulary vocabulary;
  private Merges merges;
  private boolean mergesHeld;
  /** The bytes that the second token of a pair loses when the two merge. */
  private int prefix;
  private boolean resultMissing;

  ModelReader(JsonReader json, String name) {
    this.json = json;
    this.name = name;
  }

  /** The model's tokens; null before {@link #read}. */
  Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Reads the object that comes next. */
  void read() {
    json.expect('{');
    if (!json.take('}')) {
      do {
        readEntry(json.key());
      } while (json.more('}'));
    }
    if (mergesHeld && vocabulary != null) {
      json.swapHeld();
      readMerges();
      json.swapHeld();
    }
    if (merges != null && (resultMissing || prefix != prefixLength())) {
      findResults();
    }
  }

  private void readEntry(String key) {
    if (key.equals("vocab")) {
      if (json.peek() == '{') {
        readVocabulary();
      } else {
        json.skip();
      }
    } else if (key.equals("merges")) {
      if (json.peek() == '[' && vocabulary != null) {
        readMerges();
      } else {
        // merges become pairs of ids, so those that stand before the vocabulary must wait for it
        mergesHeld = json.peek() == '[';
        json.hold();
        json.skip();
      }
    } else {
      options.put(key, json.value());
    }
  }

  private void readVocabulary() {
    vocabulary = new Vocabulary();
    json.expect('{');
    if (!json.take('}')) {
      do {
        readToken();
      } while (json.more('}'));
    }
    vocabulary.freeze();
  }

  private void readToken() {
    json.readString();
    if (!json.isUtf8()) {
      throw json.malformed("a token is not UTF-8");
    }
    json.expect(':');
    int id = json.readId();
    if (id > Vocabulary.MAX_ID) {
      throw json.malformed("the id " + id + " is larger than " + Vocabulary.MAX_ID);
    }
    if (!vocabulary.add(json.string, json.stringStart, json.stringEnd, id)) {
      String token = new String(json.string, json.stringStart, json.stringEnd - json.stringStart, UTF_8);
      throw new QuipuException(name + ": model.vocab: \"" + token + "\" has the id " + id + ", which is that of \""
          + vocabulary.token(id) + "\"");
    }
  }

  private void readMerges() {
    merges = new Merges();
    prefix = prefixLength();
    json.expect('[');
    if (json.take(']')) {
      return;
    }
    boolean pairs = json.peek() == '[';
    int result = -1;
    do {
      result = pairs ? readPair(result) : readLine(result);
    } while (json.more(']'));
  }

  private int prefixLength() {
    return options.get("continuing_subword_prefix") instanceof String prefix ? prefix.getBytes(UTF_8).length : 0;
  }

  /** Takes the result of the merge before, and gives that of this one. */
  private int readPair(int before) {
    json.expect('[');
    json.readString();
    int left = token(json.stringStart, json.stringEnd);
    json.expect(',');
    json.readString();
    int right = token(json.stringStart, json.stringEnd);
    json.expect(']');
    return addMerge(left, right, before);
  }

  /** As {@link #readPair}, where the two are in one string with a space between. */
  private int readLine(int before) {
    json.readString();
    int start = json.stringStart;
    int end = json.stringEnd;
    int space = indexOfSpace(start);
    if (isComment()) {
      return before;
    }
    if (space == end || indexOfSpace(space + 1) != end) {
      throw json.malformed("model.merges: each must be two tokens with one space between");
    }
    return addMerge(token(start, space), token(space + 1, end), before);
  }

  private boolean isComment() {
    int length = VERSION_COMMENT.length();
    return json.stringEnd - json.stringStart >= length && json.string[json.stringStart] == '#'
        && new String(json.string, json.stringStart, length, ISO_8859_1).equals(VERSION_COMMENT);
  }

  private int indexOfSpace(int from) {
    int i = from;
    while (i < json.stringEnd && json.string[i] != ' ') {
      i++;
    }
    return i;
  }

  private int token(int start, int end) {
    int id = vocabulary.id(json.string, start, end);
    if (id < 0) {
      throw refuseMerge(merges.size(), "names", new String(json.string, start, end - start, UTF_8));
    }
    return id;
  }

  private int addMerge(int left, int right, int before) {
    int result = vocabulary.idOfBoth(left, right, prefix, before);
    resultMissing |= result < 0;
    merges.add(left, right, result);
    return result;
  }

  /** Looks once more for what merges make: the prefix may have come after them. */
  private void findResults() {
    Merges read = merges;
    merges = new Merges();
    prefix = prefixLength();
    int result = -1;
    for (int rank = 0; rank < read.size(); rank++) {
      result = addMerge(read.left(rank), read.right(rank), result);
      if (result < 0) {
        throw refuseMerge(rank, "makes", vocabulary.token(read.left(rank)) + vocabulary.token(read.right(rank)));
      }
    }
  }

  private QuipuException refuseMerge(int rank, String verb, String token) {
    return new QuipuException(
        name + ": model.merges: merge " + rank + " " + verb + " \"" + token + "\", which model.vocab has not");
  }

  /** Refuses what is no byte-pair encoding, or only a part of one. */
  void check() {
    Object type = options.getOrDefault("type", "BPE");
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

  /** The model; {@code byteLevel} as {@link Bpe} takes it. */
  Bpe bpe(boolean byteLevel) {
    Config config = Config.of(name.concat(": model"), options);
    double dropout = config.doubleValue("dropout", 0);
    if (dropout != 0) {
      throw config.refuse("dropout", "is " + dropout + ", which makes the ids random; supported: null or 0");
    }
    var bpeOptions = new Bpe.Options(config.stringValue("unk_token", null),
        config.stringValue("continuing_subword_prefix", ""), config.stringValue("end_of_word_suffix", ""),
        config.booleanValue("fuse_unk", false), config.booleanValue("byte_fallback", false),
        config.booleanValue("ignore_merges", false));
    return new Bpe(vocabulary, merges, bpeOptions, byteLevel);
  }
}
