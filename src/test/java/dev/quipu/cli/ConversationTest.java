package dev.quipu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quipu.QuipuException;
import dev.quipu.config.Json;
import dev.quipu.generate.Message;
import dev.quipu.vision.ImageSource;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversationTest {

  @TempDir
  Path folder;

  private static Conversation talk() {
    Conversation conversation = new Conversation("Be \"brief\".");
    conversation.add(Message.user("Größe?\n"), "😀 \\ tab\t");
    return conversation;
  }

  @Test
  void aSavedConversationComesBack() {
    Path file = folder.resolve("talk.json");
    talk().save(file);
    assertThat(Conversation.load(file, ImageSource.LOCAL).messages()).isEqualTo(talk().messages());
  }

  @Test
  void theFileIsAListOfRolesAndContents() throws IOException {
    Path file = folder.resolve("talk.json");
    talk().save(file);
    assertThat(Json.parse(Files.readString(file), "talk.json")).isEqualTo(List.of(
        Map.of("role", "system", "content", "Be \"brief\"."),
        Map.of("role", "user", "content", "Größe?\n"),
        Map.of("role", "assistant", "content", "😀 \\ tab\t")));
  }

  @Test
  void savingReplacesAFileAndLeavesNoOther() throws IOException {
    Path file = Files.writeString(folder.resolve("talk.json"), "old");
    talk().save(file);
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void savingIntoAMissingFolderSaysSo() {
    assertThatThrownBy(() -> talk().save(folder.resolve("no/talk.json"))).isInstanceOf(QuipuException.class)
        .hasMessageEndingWith("no/talk.json: cannot save the conversation: there is no such file or folder");
  }

  @Test
  void savingOverAFolderSaysSoAndLeavesNothing() throws IOException {
    Path file = Files.createDirectory(folder.resolve("talk"));
    assertThatThrownBy(() -> talk().save(file)).isInstanceOf(QuipuException.class)
        .hasMessageEndingWith("talk: cannot save the conversation: this is a folder; name a file in it");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void whatIsNoRegularFileIsNotReplaced() throws IOException {
    Path file = folder.resolve("socket");
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(file));
      assertThatThrownBy(() -> talk().save(file)).hasMessageEndingWith("this is no regular file");
      assertThat(Files.isRegularFile(file)).isFalse();
    }
  }

  @Test
  void savingThroughALinkKeepsIt() throws IOException {
    Path file = Files.writeString(folder.resolve("talk.json"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    talk().save(link);
    assertThat(link).isSymbolicLink();
    assertThat(Conversation.load(file, ImageSource.LOCAL).messages()).isEqualTo(talk().messages());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"role": "user"}                          | expected a list of messages, found an object
      3                                         | expected a list of messages, found the value 3
      [3]                                       | message 0 must be
      [{"role": "user"}]                        | message 0 must be
      [{"role": "tool", "content": "x"}]        | message 0 must be
      [{"role": "user", "content": 3}]          | message 0 must be
      [{"role": "user", "content": "x"}, {"role": "system", "content": "y"}] | message 1 is the system's
      [{"role": "user",                         | not valid JSON
      """)
  void whatIsNoConversationIsRefused(String json, String problem) throws IOException {
    Path file = Files.writeString(folder.resolve("talk.json"), json);
    assertThatThrownBy(() -> Conversation.load(file, ImageSource.LOCAL)).isInstanceOf(QuipuException.class)
        .hasMessageContaining("talk.json").hasMessageContaining(problem);
  }

  @Test
  void aFolderIsNoConversation() {
    assertThatThrownBy(() -> Conversation.load(folder, ImageSource.LOCAL)).hasMessageContaining("this is a folder");
  }

  @Test
  void clearingKeepsWhatTheModelIsTold() {
    Conversation conversation = talk();
    conversation.clear();
    assertThat(conversation.asking(Message.user("And?")))
        .containsExactly(Message.system("Be \"brief\"."), Message.user("And?"));
    assertThat(conversation.messages()).hasSize(1);
  }
}
