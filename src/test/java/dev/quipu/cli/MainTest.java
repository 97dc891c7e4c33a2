package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line says before any model is loaded. */
class MainTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream realErr = System.err;

  @BeforeEach
  void captureErr() {
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreErr() {
    System.setErr(realErr);
  }

  private int run(String... args) {
    return Main.run(List.of(args), new Output(out));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --temp -1 hi               | --temp must be in [0, 2] but is -1.0
      --temp=NaN hi              | --temp must be in [0, 2] but is NaN
      --top-p 2 hi               | --top-p must be in [0, 1] but is 2.0
      --min-p=1.5 hi             | --min-p must be in [0, 1] but is 1.5
      --top-k -3 hi              | --top-k must be at least 0 but is -3
      --xtc-threshold 0.6 hi     | --xtc-threshold must be in [0, 0.5] but is 0.6
      --min-tokens-to-keep 0 hi  | --min-tokens-to-keep must be at least 1 but is 0
      -m 0 hi                    | -m must be at least 1 but is 0
      -m0 hi                     | -m must be at least 1 but is 0
      --max-tokens 0 hi          | --max-tokens must be at least 1 but is 0
      --prefill-step-size 0 hi   | --prefill-step-size must be at least 1 but is 0
      --threads 0 hi             | --threads must be in [1, 1024] but is 0
      --threads 1000000 hi       | --threads must be in [1, 1024] but is 1000000
      chat --top-p 2             | --top-p must be in [0, 1] but is 2.0
      --temp 0 --temp 3 hi       | --temp must be in [0, 2] but is 3.0
      -p a b                     | -p is given twice, as a flag and as words: "b"
      --chat-template-config [1] hi | --chat-template-config must be a JSON object but is [1]
      --chat-template-config {a hi  | --chat-template-config must be a JSON object but is {a
      --logit-bias [1] hi        | --logit-bias must be a JSON object but is [1]
      --logit-bias {"a":1} hi    | --logit-bias must give numbers by token ids, such as {"504": -100}, but gives 1 for a
      --logit-bias {"-1":2} hi   | --logit-bias must give a number for a token id but gives 2.0 for -1
      --repetition-penalty -1 hi | --repetition-penalty must be at least 0 but is -1.0
      --repetition-context-size -1 hi | --repetition-context-size must be at least 0 but is -1
      --presence-penalty NaN hi  | --presence-penalty must be a finite number but is NaN
      --presence-context-size -2 hi | --presence-context-size must be at least 0 but is -2
      --frequency-penalty Infinity hi | --frequency-penalty must be a finite number but is Infinity
      --frequency-context-size -3 hi | --frequency-context-size must be at least 0 but is -3
      --logprobs 1001 hi         | --logprobs must be in [0, 1000] but is 1001
      chat --logprobs -1         | --logprobs must be in [0, 1000] but is -1
      --stop= hi                 | --stop must not hold an empty string
      chat --stop=               | --stop must not hold an empty string
      --num-draft-tokens 0 hi    | --num-draft-tokens must be in [1, 64] but is 0
      --prompt-lookup 65 hi      | --prompt-lookup must be in [0, 64] but is 65
      --memory-budget 0 hi       | --memory-budget must be at least 1 byte but is 0
      --max-kv-size 0 hi         | --max-kv-size must be greater than 4, the first positions that are always kept, but is 0
      --max-kv-size 4 hi         | --max-kv-size must be greater than 4, the first positions that are always kept, but is 4
      --kv-bits 5 hi             | --kv-bits must be 2, 3, 4, 6 or 8 but is 5
      chat --kv-bits 0           | --kv-bits must be 2, 3, 4, 6 or 8 but is 0
      --kv-bits 4 --kv-group-size 16 hi | --kv-group-size must be 32, 64 or 128 but is 16
      --kv-bits 4 --quantized-kv-start -1 hi | --quantized-kv-start must be at least 0 but is -1
      --prompts p --out o --batch-size 0 | --batch-size must be at least 1 but is 0
      --prompts p --out o --top-p 2 | --top-p must be in [0, 1] but is 2.0
      """)
  void aValueOutOfItsRangeIsNamedByItsFlag(String args, String message) {
    assertThat(run(args.split(" "))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(message + "\n");
    assertThat(out.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      --temp abc hi     | --temp must be a number but is "abc"; quipu help generate shows the flags
      -m 1.5 hi         | -m must be an integer but is "1.5"; quipu help generate shows the flags
      -m 99999999999 hi | -m must be an integer below 2^31 but is "99999999999"; quipu help generate shows the flags
      --seed 18446744073709551616 hi | --seed must be an integer below 2^64 but is "18446744073709551616"; \
      quipu help generate shows the flags
      --ops gpu hi      | --ops must be scalar or vector but is "gpu"; quipu help generate shows the flags
      --kv-dtype int8 hi | --kv-dtype must be float32, float16 or bfloat16 but is "int8"; \
      quipu help generate shows the flags
      chat --kv-dtype f8 | --kv-dtype must be float32, float16 or bfloat16 but is "f8"; quipu help chat shows the flags
      --memory-budget 4G hi | --memory-budget must be a size such as 536870912, 512MB or 1.5GiB but is "4G"; \
      quipu help generate shows the flags
      --memory-budget 9999999999TB hi | --memory-budget must be a size such as 536870912, 512MB or 1.5GiB \
      but is "9999999999TB"; quipu help generate shows the flags
      --context-overflow cut hi | --context-overflow must be stop, truncate-middle or rolling-window but is "cut"; \
      quipu help generate shows the flags
      --draft-acceptance all hi | --draft-acceptance must be exact or rejection but is "all"; \
      quipu help generate shows the flags
      --draft-model x --prompt-lookup 3 hi | --draft-model and --prompt-lookup contradict each other; \
      quipu help generate shows the flags
      --kv-bits 4 --max-kv-size 9 hi | --kv-bits and --max-kv-size contradict each other; quipu help generate shows the flags
      --kv-bits 4 --kv-dtype bf16 hi | --kv-bits and --kv-dtype contradict each other; quipu help generate shows the flags
      --kv-group-size 64 hi | --kv-group-size has no meaning without --kv-bits; quipu help generate shows the flags
      --prompt-cache-file f --system-prompt s hi | --prompt-cache-file and --system-prompt contradict each other; \
      quipu help generate shows the flags
      cache-prompt hi | quipu cache-prompt needs --prompt-cache-file FILE, where it goes; \
      quipu help cache-prompt shows the flags
      --stream --no-stream hi | --stream and --no-stream contradict each other; quipu help generate shows the flags
      --out x hi        | --out is for the requests of a file: --prompts FILE --out FILE; \
      quipu help generate shows the flags
      --prompts x       | --prompts needs --out FILE, where results go; quipu help generate shows the flags
      --prompts x --out y hi | --prompts leaves no place for the prompt "hi"; quipu help generate shows the flags
      --prompts x --out y -p hi | --prompts and -p contradict each other; quipu help generate shows the flags
      --prompts x --out y --json | --prompts and --json contradict each other; quipu help generate shows the flags
      --temp            | --temp needs a value: --temp T; quipu help generate shows the flags
      --nonsense hi     | There is no flag --nonsense; quipu help generate shows the flags
      chat --prompt hi  | There is no flag --prompt; there is --prompt-lookup; quipu help chat shows the flags
      --temperature 1 hi | There is no flag --temperature; there is --temp; quipu help generate shows the flags
      --max-token=3 hi  | There is no flag --max-token=3; there is --max-tokens; quipu help generate shows the flags
      -x hi             | There is no flag -x; quipu help generate shows the flags
      --verbose=3 hi    | There is no flag --verbose=3; there is --verbose; quipu help generate shows the flags
      tokenize --ids a  | --ids must be integers but is "a"; quipu help tokenize shows the flags
      help me           | There is no command me; there are generate, chat, cache-prompt, tokenize, list, trace, perplexity, bench, conform, \
      schema check, schema bench, help. \
      To give the model these words: quipu generate help me
      list the planets  | "the planets" is no flag of quipu list; to give the model these words: \
      quipu generate list the planets; quipu help list shows the flags
      """)
  void wrongUsageSaysWhatIsWrongAndWhereHelpIs(String args, String message) {
    assertThat(run(args.split(" "))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(message + "\n");
  }

  @Test
  void aFileThatIsNoTextIsNotTakenForOne(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[] {'h', 'i', (byte) 0xFF});
    assertThat(run("--chat-template", file.toString(), "hi")).isEqualTo(1);
    assertThat(run("perplexity", file.toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(
        "--chat-template: cannot read the file " + file + ": it is no text in UTF-8\n"
            + file + ": cannot read it: it is no text in UTF-8\n");
    assertThat(out.size()).isZero();
  }

  @Test
  void anEmptyPromptIsRefused() {
    assertThat(run("")).isEqualTo(2);
    assertThat(run("-p", " \n")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("The prompt must not be empty\n-p must not be empty\n");
  }

  @Test
  void anInputThatCannotBeReadIsNoStackTrace() {
    InputStream realIn = System.in;
    System.setIn(new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("Is a directory");
      }
    });
    try {
      assertThat(run()).isEqualTo(1);
    } finally {
      System.setIn(realIn);
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("Cannot read standard input: Is a directory\n");
    assertThat(out.size()).isZero();
  }

  @Test
  void anEmptyNameIsNoModel() {
    assertThat(run("--model", "", "hi")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("The model's name is empty; ").hasLineCount(1);
  }

  @Test
  void aModelThatIsNotThereIsNoUsageError() {
    assertThat(run("--model", "no/such/folder", "hi")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("There is no folder no/such/folder").hasLineCount(1);
  }

  @Test
  void verboseAddsTheStackTrace() {
    assertThat(run("--verbose", "--top-p", "2", "hi")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("--top-p must be in [0, 1] but is 2.0\n").contains("\tat dev.quipu.");
  }

  @Test
  void helpAndVersionGoToStandardOutput() {
    assertThat(run("help")).isZero();
    assertThat(run("generate", "--help")).isZero();
    assertThat(run("--version")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("tokenize TEXT…", "--xtc-probability", "\nquipu ").doesNotContain("\033");
    assertThat(err.size()).isZero();
  }

  @Test
  void aReaderThatHasGoneIsNoError() {
    OutputStream closed = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("Broken pipe");
      }
    };
    assertThat(Main.run(List.of("help"), new Output(closed))).isZero();
    assertThat(err.size()).isZero();
  }
}
