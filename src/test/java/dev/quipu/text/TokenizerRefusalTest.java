package dev.quipu.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.quipu.QuipuException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A tokenizer.json that is broken, lies or asks for too much: one clear message, whatever is wrong. */
class TokenizerRefusalTest {

  private static final String ADDED =
      "'single_word':false,'lstrip':false,'rstrip':false,'normalized':false,'special':true";

  private static final String SPLIT = "'behavior':'Isolated','invert':false},";

  /** Columns: what stands beside the model, the model, what the message must contain. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "                                    | 'type':'Quux','vocab':{},'merges':[]                    | Quux",
      "                                    | 'type':'Unigram','vocab':[['a',0.1]],'unk_id':0         | Unigram",
      "                                    | 'type':'WordPiece','vocab':{'a':0},'unk_token':'a'      | WordPiece",
      "                                    | 'type':'BPE','merges':[]                                | model.vocab",
      "                                    | 'type':'BPE','vocab':{'a':0}                            | model.merges",
      "                                    | 'vocab':{'a':0},'merges':['a b']                        | \"b\"",
      "                                    | 'vocab':{'a':0,'b':1},'merges':['a b']                  | \"ab\"",
      "                                    | 'vocab':{'a':0},'merges':['a']                          | merges",
      "                                    | 'vocab':{'a':0},'merges':[['a']]                        | expected ','",
      "                                    | 'vocab':{'a':-1},'merges':[]                            | id",
      "                                    | 'vocab':{'a':1.5},'merges':[]                           | id",
      "                                    | 'vocab':{'a':2000000000},'merges':[]                    | 2000000000",
      "                                    | 'vocab':{'a':99999999999},'merges':[]                   | id",
      "                                    | 'vocab':{'a':4194304},'merges':[]                       | 4194304",
      "                                    | 'vocab':{'a':5,'b':5},'merges':[]                       | \"b\" has the id 5",
      "                                    | 'vocab':{'a':0},'merges':[['a','a','a']]                | expected ']'",
      "                                    | 'vocab':{'a':0},'merges':['a  a']                       | one space",
      "                                    | 'vocab':{'a':0},'merges':[['a','b']]                    | merge 0 names \"b\"",
      "                                    | 'merges':[['a','b']],'vocab':{'a':0}                    | merge 0 names \"b\"",
      "                                    | 'vocab':{'a':0},'merges':{}                             | model.merges",
      "                                    | 'vocab':{'a':'0'},'merges':[]                           | id",
      "                                    | 'vocab':{'a':[]},'merges':[]                            | id",
      "                                    | 'vocab':{'a':0},'merges':[],'unk_token':1               | unk_token",
      "                                    | 'vocab':{'\\udc00\\ud800':1},'merges':[]                 | surrogate",
      "                                    | 'vocab':{'\\uD83Dx':1},'merges':[]                       | surrogate",
      "                                    | 'vocab':{'\\ud800':1},'merges':[]                       | surrogate",
      "                                    | 'vocab':{'a':0},'merges':[],'dropout':0.1               | dropout",
      "'version':'2.0',                    | 'vocab':{'a':0},'merges':[]                             | version",
      "'normalizer':{'type':'Nmt'},        | 'vocab':{'a':0},'merges':[]                             | Nmt",
      "'normalizer':{'type':'Sequence','normalizers':[{'type':'Prepend','prepend':''},{'type':'NFC'}]},"
          + "|'vocab':{'a':0},'merges':[]|Prepend of nothing before \"NFC\"",
      "'normalizer':{},                    | 'vocab':{'a':0},'merges':[]                             | type",
      "'normalizer':[],                    | 'vocab':{'a':0},'merges':[]                             | normalizer",
      "'pre_tokenizer':{'type':'UnicodeScripts'}, | 'vocab':{'a':0},'merges':[]                      | UnicodeScripts",
      "'pre_tokenizer':{'type':'Split','pattern':{'Regex':'(a)\\\\1'},SPLIT | 'vocab':{'a':0},'merges':[] | (a)\\1",
      "'pre_tokenizer':{'type':'Split','pattern':{'Regex':'(a'},SPLIT | 'vocab':{'a':0},'merges':[] | unclosed",
      "'decoder':{'type':'WordPiece'},     | 'vocab':{'a':0},'merges':[]                             | WordPiece",
      "'post_processor':{'type':'BertProcessing','cls':['a',0],'sep':['b',1]}, | 'vocab':{'a':0},'merges':[]         | id 1,",
      "'post_processor':{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'b'}}],'special_tokens':{'b':{'ids':[7]}}},"
          + "                                 | 'vocab':{'a':0},'merges':[]                             | id 7,",
      "'post_processor':{'type':'Odd'},    | 'vocab':{'a':0},'merges':[]                             | Odd",
      "'added_tokens':[{'id':0,'content':'x',ADDED}], | 'vocab':{'a':0},'merges':[]                  | \"x\"",
      "'added_tokens':[{'id':7,'content':'x',ADDED},{'id':7,'content':'y',ADDED}],|'vocab':{'a':0},'merges':[]| \"y\"",
      "'added_tokens':{},                  | 'vocab':{'a':0},'merges':[]                             | added_tokens",
      "'added_tokens':[1],                 | 'vocab':{'a':0},'merges':[]                             | expected '{'",
      "'added_tokens':[{'id':-1,'content':'x',ADDED}], | 'vocab':{'a':0},'merges':[]                 | -1",
      "'added_tokens':[{'id':1e9,'content':'x',ADDED}], | 'vocab':{'a':0},'merges':[]                | id must",
      "'added_tokens':[{'id':4194304,'content':'x',ADDED}], | 'vocab':{'a':0},'merges':[]            | 4194304",
      "'added_tokens':[{'id':7,'content':7,ADDED}], | 'vocab':{'a':0},'merges':[]                    | content",
      "'added_tokens':[{'id':7,'content':'x'}], | 'vocab':{'a':0},'merges':[]                        | single_word",
  })
  void whatCannotBeIsRefusedByName(String beside, String model, String message) {
    String parts = beside == null ? "" : beside.replace("ADDED", ADDED).replace("SPLIT", SPLIT);
    String json = ("{" + parts + "'model':{" + model + "}}").replace('\'', '"');
    assertThatThrownBy(() -> load(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(QuipuException.class).hasMessageContaining("t.json").hasMessageContaining(message);
  }

  @Test
  void whatIsNestedTooDeepIsRefused() {
    String bomb = "[".repeat(1_000_000);
    for (String json : new String[] {"{\"normalizer\":" + bomb, "{\"model\":{\"vocab\":" + bomb,
        "{\"model\":{\"merges\":" + bomb, "{\"model\":{\"x\":" + "{\"x\":".repeat(100_000)}) {
      assertThatThrownBy(() -> load(json.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(QuipuException.class).hasMessageContaining("nested");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "[]", "\"{}\"", "not JSON", "{}x", "{", "{}", "{\"model\":null}", "\u0000"})
  void whatIsNoTokenizerIsRefused(String text) {
    assertThatThrownBy(() -> load(text.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(QuipuException.class).hasMessageContaining("t.json");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
      "normalizer    | normalizers   | {'type':'NFC'}",
      "pre_tokenizer | pretokenizers | {'type':'WhitespaceSplit'}",
      "post_processor | processors   | {'type':'ByteLevel'}",
      "decoder       | decoders      | {'type':'Strip','content':'x','start':1,'stop':1}"})
  void moreThanAHundredPartsAreRefused(String section, String list, String part) {
    String parts = (part + ",").repeat(20_000) + part;
    String json = "{'" + section + "':{'type':'Sequence','" + list + "':[" + parts + "]},'model':{'vocab':{'a':0},"
        + "'merges':[]}}";
    assertThatThrownBy(() -> load(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)).encode("a", true))
        .hasMessageContainingAll("t.json: " + section, "made of more than 100 parts");
  }

  @Test
  void aTextTwiceInATemplateIsRefused() {
    String twice = "{'type':'TemplateProcessing','single':[{'Sequence':{'id':'A'}},{'Sequence':{'id':'A'}}]}";
    String json = "{'post_processor':{'type':'Sequence','processors':[" + (twice + ",").repeat(40) + twice
        + "]},'model':{'vocab':{'a':0},'merges':[]}}";
    assertThatThrownBy(() -> load(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)).encode("a", true))
        .hasMessageContaining("single must be made of SpecialToken and, at most once, of Sequence A");
  }

  @ParameterizedTest
  @ValueSource(strings = {
      "'normalizer':{'type':'Sequence','normalizers':[REPLACE]}",
      "'normalizer':{'type':'Sequence','normalizers':[BYTES]}",
      "'normalizer':{'type':'Replace','pattern':{'String':'a'},'content':'LONG'}",
      "'pre_tokenizer':{'type':'Sequence','pretokenizers':[WORDS]}"})
  void aTokenizerThatMakesMoreAndMoreOfATextIsRefused(String section) {
    String json = ("{" + section + ",'model':{'vocab':{'a':0},'merges':[]}}")
        .replace("REPLACE", many("{'type':'Replace','pattern':{'String':'a'},'content':'aa'}"))
        .replace("BYTES", many("{'type':'ByteLevel'}"))
        .replace("LONG", "b".repeat(1_000_000))
        .replace("WORDS", many("{'type':'ByteLevel','add_prefix_space':false,'use_regex':false}"));
    Tokenizer tokenizer = load(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    assertTimeoutPreemptively(Duration.ofSeconds(60), () ->
        assertThatThrownBy(() -> tokenizer.encode("aé".repeat(100), false)).isInstanceOf(QuipuException.class)
            .hasMessageContaining("without measure"));
  }

  @Test
  void aDecoderThatMakesMoreAndMoreOfATextIsRefused() {
    String json = "{'decoder':{'type':'Sequence','decoders':["
        + many("{'type':'Replace','pattern':{'String':'a'},'content':'aa'}")
        + "]},'model':{'vocab':{'a':0},'merges':[]}}";
    Tokenizer tokenizer = load(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> tokenizer.decode(new int[] {0}, false)).isInstanceOf(QuipuException.class)
        .hasMessageContaining("its parts add to it without measure");
  }

  private static String many(String part) {
    return (part + ",").repeat(40) + part;
  }

  @Test
  void theKeysOfTheModelMayComeInAnyOrder() {
    String[] keys = {"'vocab':{'a':0,'##b':1,'ab':2}", "'merges':[['a','##b']]", "'continuing_subword_prefix':'##'"};
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int[] order : orders) {
      String model = keys[order[0]] + "," + keys[order[1]] + "," + keys[order[2]];
      Tokenizer tokenizer = load(("{'model':{" + model + "}}").replace('\'', '"').getBytes(StandardCharsets.UTF_8));
      assertThat(tokenizer.encode("ab", false)).containsExactly(2);
    }
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of("golden/tokenizers/llama3-style/tokenizer.json"));
    assertThatCode(() -> load(whole)).doesNotThrowAnyException();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> load(cut)).isInstanceOf(QuipuException.class);
    }
  }

  @Test
  void aFileWithWrongBytesIsReadOrRefusedAndNothingElse() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of("golden/tokenizers/llama2-style/tokenizer.json"));
    var random = new Random(11);
    int refused = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] broken = whole.clone();
      broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      try {
        load(broken).encode("The text, 12 é", true);
      } catch (QuipuException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static Tokenizer load(byte[] json) {
    return Tokenizer.load(new ByteArrayInputStream(json), "t.json");
  }
}
