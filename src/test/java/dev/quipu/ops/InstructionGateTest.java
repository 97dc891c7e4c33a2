package dev.quipu.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that tools/aarch64/gate.sh counts calls kernels itself, and is compiled by nobody else. */
class InstructionGateTest {

  @TempDir
  Path classes;

  @Test
  void itsProgramFitsTheKernels() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> flags = List.of("-proc:none", "--add-modules", "jdk.incubator.vector",
        "-cp", System.getProperty("java.class.path"), "-d", classes.toString());
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var sources = files.getJavaFileObjects(Path.of("tools/aarch64/Kernels.java"));
      assertThat(compiler.getTask(messages, files, null, flags, null, sources).call()).as(messages.toString()).isTrue();
    }
  }
}
