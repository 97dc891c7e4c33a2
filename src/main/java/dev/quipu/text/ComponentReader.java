package dev.quipu.text;

import dev.quipu.QuipuException;
import dev.quipu.config.Config;
import dev.quipu.text.PreTokenizer.Behavior;
import dev.quipu.text.PreTokenizer.Metaspace.Scheme;
import dev.quipu.text.regex.CodePoints;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the components of a {@code tokenizer.json} — normalizer, pre-tokenizer, post-processor, decoder — and refuses
 * by name what is not among them. Knows no vocabulary.
 */
final class ComponentReader {

  /** Each calls the next: more than any tokenizer has, and no depth for a stack. */
  private static final int MAX_PARTS = 100;

  private final String name;
  private int parts;
  private boolean endsWithByteLevel;
  private boolean prependsNothing;

  ComponentReader(String name) {
    this.name = name;
  }

  /** Whether the pre-tokenizer read leaves the bytes to the model. */
  boolean endsWithByteLevel() {
    return endsWithByteLevel;
  }

  /** The normalizer, or null. */
  Normalizer normalizer(Object value) {
    return value == null ? null : normalizer(part("normalizer", value));
  }

  private Normalizer normalizer(Config c) {
    String type = c.requireString("type");
    if (prependsNothing && !type.equals("Sequence")) {
      throw new QuipuException(name + ": normalizer: a Prepend of nothing before \"" + type + "\" is not supported:"
          + " the reference repeats the first character or fails there; leave it out");
    }
    return switch (type) {
      case "NFC" -> new Normalizer.Unicode(Form.NFC);
      case "NFD" -> new Normalizer.Unicode(Form.NFD);
      case "NFKC" -> new Normalizer.Unicode(Form.NFKC);
      case "NFKD" -> new Normalizer.Unicode(Form.NFKD);
      case "Lowercase" -> new Normalizer.Lowercase();
      case "StripAccents" -> new Normalizer.StripAccents();
      case "Strip" -> new Normalizer.Strip(flag(c, "strip_left"), flag(c, "strip_right"));
      case "Replace" -> replace(c);
      case "Prepend" -> {
        String prefix = c.requireString("prepend");
        prependsNothing = prefix.isEmpty();
        yield new Normalizer.Prepend(prefix);
      }
      case "ByteLevel" -> new Normalizer.ByteLevel();
      case "Sequence" -> {
        List<Normalizer> parts = new ArrayList<>();
        for (Object part : list(c, "normalizers")) {
          parts.add(normalizer(part("normalizer", part)));
        }
        yield new Normalizer.Sequence(parts);
      }
      default -> throw unsupported("normalizer", type,
          "NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Replace, Prepend, ByteLevel, Sequence");
    };
  }

  private Normalizer.Replace replace(Config c) {
    return new Normalizer.Replace(pattern(c), string(c, "content"));
  }

  private TextPattern pattern(Config c) {
    Config pattern = c.object("pattern");
    String literal = pattern == null ? null : pattern.stringValue("String", null);
    String regex = pattern == null ? null : pattern.stringValue("Regex", null);
    if (literal == null == (regex == null)) {
      throw c.refuse("pattern", "must be {\"String\": …} or {\"Regex\": …}");
    }
    try {
      return literal != null ? TextPattern.literal(literal) : TextPattern.regex(regex);
    } catch (QuipuException e) {
      throw new QuipuException(c.name() + ": " + e.getMessage(), e);
    }
  }

  /** The pre-tokenizer, or null. */
  PreTokenizer preTokenizer(Object value) {
    if (value == null) {
      return null;
    }
    return preTokenizer(part("pre_tokenizer", value), true);
  }

  private PreTokenizer preTokenizer(Config c, boolean last) {
    String type = c.requireString("type");
    return switch (type) {
      case "ByteLevel" -> byteLevel(c, last);
      case "Split" -> new PreTokenizer.Split(pattern(c), behavior(c, null), flag(c, "invert"));
      case "Digits" -> each(OldUnicode.NUMBERS,
          flag(c, "individual_digits") ? Behavior.ISOLATED : Behavior.CONTIGUOUS);
      case "Punctuation" -> each(OldUnicode.punctuation(), behavior(c, "Isolated"));
      case "WhitespaceSplit" -> each(CodePoints.SPACE, Behavior.REMOVED);
      case "Whitespace" -> new PreTokenizer.Split(new TextPattern.RustWords(), Behavior.REMOVED, true);
      case "BertPreTokenizer" -> new PreTokenizer.Sequence(List.of(each(CodePoints.SPACE, Behavior.REMOVED),
          each(OldUnicode.punctuation(), Behavior.ISOLATED)));
      case "CharDelimiterSplit", "Delimiter" -> new PreTokenizer.Split(
          TextPattern.literal(character(c, "delimiter")), Behavior.REMOVED, false);
      case "FixedLength" -> new PreTokenizer.Split(
          new TextPattern.EachLength(positive(c, "length", 5)), Behavior.ISOLATED, false);
      case "Metaspace" -> metaspace(c);
      case "Sequence" -> sequence(c, last);
      default -> throw unsupported("pre_tokenizer", type, "ByteLevel, Split, Digits, Punctuation, Whitespace,"
          + " WhitespaceSplit, BertPreTokenizer, CharDelimiterSplit, FixedLength, Metaspace, Sequence");
    };
  }

  private PreTokenizer byteLevel(Config c, boolean last) {
    boolean useRegex = c.booleanValue("use_regex", true);
    PreTokenizer split = useRegex
        ? new PreTokenizer.Split(TextPattern.regex(WordScanner.GPT2), Behavior.ISOLATED, false) : null;
    endsWithByteLevel |= last;
    return new PreTokenizer.ByteLevel(flag(c, "add_prefix_space"), split, last);
  }

  private PreTokenizer sequence(Config c, boolean last) {
    List<Object> entries = list(c, "pretokenizers");
    List<PreTokenizer> parts = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      parts.add(preTokenizer(part("pre_tokenizer", entries.get(i)), last && i == entries.size() - 1));
    }
    return new PreTokenizer.Sequence(parts);
  }

  private static PreTokenizer.Split each(CodePoints set, Behavior behavior) {
    return new PreTokenizer.Split(new TextPattern.EachOf(set), behavior, false);
  }

  private static Behavior behavior(Config c, String absent) {
    String behavior = absent == null ? c.requireString("behavior") : c.stringValue("behavior", absent);
    return switch (behavior) {
      case "Removed" -> Behavior.REMOVED;
      case "Isolated" -> Behavior.ISOLATED;
      case "MergedWithPrevious" -> Behavior.MERGED_WITH_PREVIOUS;
      case "MergedWithNext" -> Behavior.MERGED_WITH_NEXT;
      case "Contiguous" -> Behavior.CONTIGUOUS;
      default -> throw c.refuse("behavior", "\"" + behavior + "\" is not supported;"
          + " supported: Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous");
    };
  }

  private PreTokenizer metaspace(Config c) {
    String replacement = character(c, "replacement");
    PreTokenizer split = c.booleanValue("split", true)
        ? new PreTokenizer.Split(TextPattern.literal(replacement), Behavior.MERGED_WITH_NEXT, false) : null;
    return new PreTokenizer.Metaspace(replacement, scheme(c), split);
  }

  private static Scheme scheme(Config c) {
    String scheme = c.stringValue("prepend_scheme", "always");
    if (!c.booleanValue("add_prefix_space", true) && !scheme.equals("never")) {
      throw c.refuse("add_prefix_space", "is false, but prepend_scheme is \"" + scheme + "\"");
    }
    return switch (scheme) {
      case "always" -> Scheme.ALWAYS;
      case "never" -> Scheme.NEVER;
      case "first" -> Scheme.FIRST;
      default -> throw c.refuse("prepend_scheme", "\"" + scheme + "\" is not supported;"
          + " supported: always, never, first");
    };
  }

  PostProcessor postProcessor(Object value) {
    return value == null ? new PostProcessor.Nothing() : postProcessor(part("post_processor", value));
  }

  private PostProcessor postProcessor(Config c) {
    String type = c.requireString("type");
    return switch (type) {
      case "ByteLevel" -> new PostProcessor.Nothing();
      case "TemplateProcessing" -> template(c);
      case "BertProcessing", "RobertaProcessing" -> new PostProcessor.Template(surrounded(c));
      case "Sequence" -> {
        List<PostProcessor> parts = new ArrayList<>();
        for (Object part : list(c, "processors")) {
          parts.add(postProcessor(part("post_processor", part)));
        }
        yield new PostProcessor.Sequence(parts);
      }
      default -> throw unsupported("post_processor", type,
          "ByteLevel, TemplateProcessing, BertProcessing, RobertaProcessing, Sequence");
    };
  }

  private List<int[]> surrounded(Config c) {
    List<int[]> pieces = new ArrayList<>();
    pieces.add(namedId(c, "cls"));
    pieces.add(null);
    pieces.add(namedId(c, "sep"));
    return pieces;
  }

  private static int[] namedId(Config c, String key) {
    if (list(c, key) instanceof List<?> pair && pair.size() == 2 && pair.get(1) instanceof Long id
        && id >= 0 && id <= Vocabulary.MAX_ID) {
      return new int[] {id.intValue()};
    }
    throw c.refuse(key, "must be a token and its id");
  }

  private PostProcessor template(Config c) {
    List<int[]> pieces = new ArrayList<>();
    for (Object entry : list(c, "single")) {
      Config piece = config("post_processor.single", entry);
      Config special = piece.object("SpecialToken");
      Config sequence = piece.object("Sequence");
      if (special != null) {
        pieces.add(specialToken(c, special.requireString("id")));
      } else if (sequence != null && "A".equals(sequence.stringValue("id", null)) && !pieces.contains(null)) {
        pieces.add(null);
      } else {
        throw c.refuse("single", "must be made of SpecialToken and, at most once, of Sequence A");
      }
    }
    return new PostProcessor.Template(pieces);
  }

  private static int[] specialToken(Config c, String id) {
    Config tokens = c.object("special_tokens");
    Config token = tokens == null ? null : tokens.object(id);
    if (token == null) {
      throw c.refuse("special_tokens", "has no \"" + id + "\", which single names");
    }
    List<Object> ids = list(token, "ids");
    int[] values = new int[ids.size()];
    for (int i = 0; i < values.length; i++) {
      if (!(ids.get(i) instanceof Long n) || n < 0 || n > Vocabulary.MAX_ID) {
        throw token.refuse("ids", "must be a list of ids");
      }
      values[i] = n.intValue();
    }
    return values;
  }

  Decoder decoder(Object value) {
    return value == null ? new Decoder.Spaced() : decoder(part("decoder", value));
  }

  private Decoder decoder(Config c) {
    String type = c.requireString("type");
    return switch (type) {
      case "ByteLevel" -> new Decoder.ByteLevel();
      case "Replace" -> new Decoder.Replace(replace(c));
      case "ByteFallback" -> new Decoder.ByteFallback();
      case "Fuse" -> new Decoder.Fuse();
      case "Strip" -> new Decoder.Strip(character(c, "content").codePointAt(0), count(c, "start"), count(c, "stop"));
      case "Metaspace" -> new Decoder.Metaspace(character(c, "replacement"), scheme(c) != Scheme.NEVER);
      case "BPEDecoder" -> new Decoder.Bpe(string(c, "suffix"));
      case "Sequence" -> {
        List<Decoder> parts = new ArrayList<>();
        for (Object part : list(c, "decoders")) {
          parts.add(decoder(part("decoder", part)));
        }
        yield new Decoder.Sequence(parts);
      }
      default -> throw unsupported("decoder", type,
          "ByteLevel, Replace, ByteFallback, Fuse, Strip, Metaspace, BPEDecoder, Sequence");
    };
  }

  private Config part(String section, Object value) {
    if (++parts > MAX_PARTS) {
      throw new QuipuException(name + ": " + section + ": the tokenizer is made of more than " + MAX_PARTS
          + " parts, which is not supported");
    }
    return config(section, value);
  }

  private Config config(String section, Object value) {
    return Config.of(name.concat(": ").concat(section), value);
  }

  private static boolean flag(Config c, String key) {
    if (!c.has(key)) {
      throw c.refuse(key, "is missing");
    }
    return c.booleanValue(key, false);
  }

  private static String string(Config c, String key) {
    return c.requireString(key);
  }

  /** A string of one character. */
  private static String character(Config c, String key) {
    String value = c.requireString(key);
    if (value.isEmpty() || value.length() != Character.charCount(value.codePointAt(0))) {
      throw c.refuse(key, "must be one character but is \"" + value + "\"");
    }
    return value;
  }

  private static int count(Config c, String key) {
    int value = c.requireInt(key);
    if (value < 0) {
      throw c.refuse(key, "must not be negative but is " + value);
    }
    return value;
  }

  private static int positive(Config c, String key, int absent) {
    int value = c.intValue(key, absent);
    if (value < 1) {
      throw c.refuse(key, "must be at least 1 but is " + value);
    }
    return value;
  }

  private static List<Object> list(Config c, String key) {
    List<Object> list = c.list(key);
    if (list == null) {
      throw c.refuse(key, "is missing");
    }
    return list;
  }

  private QuipuException unsupported(String section, String type, String supported) {
    return new QuipuException(
        name + ": " + section + " \"" + type + "\" is not supported; supported: " + supported);
  }
}
