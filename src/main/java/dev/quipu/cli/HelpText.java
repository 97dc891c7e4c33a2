package dev.quipu.cli;

/** What {@code quipu} says about itself. The flags of a command are described where they are declared. */
final class HelpText {

  static final String SHORT = """
      quipu runs MLX language models in pure Java.

        quipu "Why is the sky blue?"                    an answer of the model that quipu carries
        quipu chat --model mlx-community/gemma-3-270m-it-4bit
                                                        a conversation with a model of the hub cache
        quipu -m 500 --temp 0.7 --seed 1 -p - < letter.txt
                                                        a prompt from a file, sampled

      quipu help shows the commands.
      """;

  static final String LONG = """
      Usage: quipu [COMMAND] [FLAG]…

        generate PROMPT…   continues a prompt; may be left out: quipu "Why is the sky blue?"; with --prompts FILE, many
        chat               a conversation in the terminal
        cache-prompt       computes a prompt once, for many answers
        tokenize TEXT…     the tokens of a text, or with --ids the text of tokens
        list               the models that are here: embedded, in folders, in the hub cache
        trace -p TEXT      every tensor on the way through the model
        perplexity FILE    how well the model foresees a text
        bench              how fast a model runs here, beside what the machine could do at most
        conform SUITE      golden cases against what quipu computes
        schema check FILE  whether documents could be generated with a JSON schema, and where not
        schema bench DIR   schemas with valid and invalid documents, and how fast their masks are
        help [COMMAND]     this, or the flags of a command
        --version          quipu's version

      The answer goes to standard output, all else to standard error. Exit codes: 0 done, 1 it could not be done,
      2 wrong usage or a value out of its range, 130 Ctrl-C.
      """;

  private HelpText() {}

  static String version() {
    String version = HelpText.class.getPackage().getImplementationVersion();
    return version == null ? "(not from its jar)" : version;
  }
}
