package dev.quipu.text;

import dev.quipu.QuipuException;
import dev.quipu.config.JsonReader;
import dev.quipu.text.AddedTokens.Added;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a {@code tokenizer.json}: the model and the added tokens by readers of their own, all that is small as plain
 * JSON. What contradicts itself or is not supported is refused. Knows nothing of encoding.
 */
final class TokenizerReader {

  private static final List<String> FLAGS = List.of("single_word", "lstrip", "rstrip", "normalized", "special");

  private final String name;
  private final JsonReader json;
  private final ModelReader model;
  private final Map<String, Object> sections = new HashMap<>();
  private final List<Added> addedTokens = new ArrayList<>();

  private TokenizerReader(InputStream in, String name) {
    this.name = name;
    this.json = new JsonReader(in, name);
    this.model = new ModelReader(json, name);
  }

  /** Reads the file to its end and closes it. */
  static Tokenizer read(InputStream in, String name) {
    try (in) {
      return new TokenizerReader(in, name).read();
    } catch (IOException e) {
      throw new QuipuException(name + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private Tokenizer read() {
    readFile();
    Object version = sections.getOrDefault("version", "1.0");
    if (!"1.0".equals(version)) {
      throw new QuipuException(name + ": version is " + version + "; supported: 1.0");
    }
    model.check();
    checkIds();
    var components = new ComponentReader(name);
    Normalizer normalizer = components.normalizer(sections.get("normalizer"));
    PreTokenizer preTokenizer = components.preTokenizer(sections.get("pre_tokenizer"));
    PostProcessor postProcessor = components.postProcessor(sections.get("post_processor"));
    Decoder decoder = components.decoder(sections.get("decoder"));
    var added = new AddedTokens(addedTokens, model.vocabulary(), normalizer);
    int last = Math.max(model.vocabulary().maxId(), added.maxId());
    if (postProcessor.maxId() > last) {
      throw new QuipuException(
          name + ": post_processor puts in the id " + postProcessor.maxId() + ", but the last token is " + last);
    }
    return new Tokenizer(new Tokenizer.Parts(model.vocabulary(), added, normalizer, preTokenizer,
        model.bpe(components.endsWithByteLevel()), postProcessor, decoder));
  }

  private void readFile() {
    if (json.startsAsSentencePiece()) {
      throw new QuipuException(name + ": this looks like a SentencePiece tokenizer.model; a tokenizer.json is needed");
    }
    json.expect('{');
    if (!json.take('}')) {
      do {
        readSection(json.key());
      } while (json.more('}'));
    }
    if (json.peek() >= 0) {
      throw json.malformed("expected the end of the file");
    }
  }

  private void readSection(String key) {
    if (key.equals("model") && json.peek() == '{') {
      model.read();
    } else if (key.equals("added_tokens") && json.peek() == '[') {
      readAddedTokens();
    } else {
      sections.put(key, json.value());
    }
  }

  private void readAddedTokens() {
    json.expect('[');
    if (!json.take(']')) {
      do {
        addedTokens.add(addedToken());
      } while (json.more(']'));
    }
  }

  private Added addedToken() {
    Object id = null;
    Object content = null;
    int given = 0;
    int set = 0;
    json.expect('{');
    if (!json.take('}')) {
      do {
        String key = json.key();
        Object value = json.value();
        int flag = value instanceof Boolean ? 1 << FLAGS.indexOf(key) + 1 : 0;
        given |= flag;
        set |= Boolean.TRUE.equals(value) ? flag : 0;
        id = key.equals("id") ? value : id;
        content = key.equals("content") ? value : content;
      } while (json.more('}'));
    }
    return addedToken(id, content, given, set);
  }

  private Added addedToken(Object id, Object content, int given, int set) {
    if (!(id instanceof Long n) || n < 0 || n > Vocabulary.MAX_ID) {
      throw refuse("id must be a whole number from 0 to " + Vocabulary.MAX_ID + " but is " + id);
    }
    if (!(content instanceof String string)) {
      throw refuse("content of the token " + id + " must be a string but is " + content);
    }
    for (String flag : FLAGS) {
      if (!has(given, flag)) {
        throw refuse(flag + " of the token " + id + " must be true or false");
      }
    }
    return new Added(n.intValue(), string, has(set, "single_word"), has(set, "lstrip"), has(set, "rstrip"),
        has(set, "normalized"), has(set, "special"));
  }

  private static boolean has(int flags, String flag) {
    return (flags >> FLAGS.indexOf(flag) + 1 & 1) != 0;
  }

  private QuipuException refuse(String message) {
    return new QuipuException(name + ": added_tokens: " + message);
  }

  private void checkIds() {
    if (sections.get("added_tokens") != null) {
      throw refuse("must be a list");
    }
    Map<Integer, String> byId = new HashMap<>();
    for (Added token : addedTokens) {
      checkClash(token, byId.put(token.id(), token.content()));
      checkClash(token, model.vocabulary().token(token.id()));
    }
  }

  private void checkClash(Added token, String other) {
    if (other != null && !other.equals(token.content())) {
      throw refuse("\"" + token.content() + "\" has the id " + token.id() + ", which is that of \"" + other + "\"");
    }
  }
}
