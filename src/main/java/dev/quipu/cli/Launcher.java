package dev.quipu.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The jar's main class: sees to it that {@link Main} runs on Java 25 with the Vector API's module, and says what is
 * missing otherwise. Compiled for Java 8, so that it runs on whatever Java there is. Knows nothing of models.
 */
public final class Launcher {

  /** The system property that tells {@link Main} how the module was loaded, or why it was not. */
  static final String VECTOR_MODULE_PROPERTY = "quipu.vectorModule";

  private static final int NEEDED = 25;
  private static final String VECTOR_MODULE = "jdk.incubator.vector";

  // what a Java virtual machine was started for by another one, so that none starts a third for the same reason
  static final String RELAUNCHED = "quipu.relaunched";
  private static final String FOR_JAVA = "java";
  private static final String FOR_VECTORS = "vectors";

  private Launcher() {}

  public static void main(String[] args) throws Throwable {
    System.setProperty("jdk.reflect.useNativeAccessorOnly", "true"); // a few calls are not worth code of their own
    if (version(System.getProperty("java.specification.version")) < NEEDED) {
      System.exit(runOnNewerJava(args));
    }
    String how = loadVectorModule();
    if (how == null) {
      Integer exitCode = runWithVectorFlag(args);
      if (exitCode != null) {
        System.exit(exitCode);
      }
      how = "not available";
      System.err.println("This Java cannot load the Vector API (" + VECTOR_MODULE
          + "); use a whole JDK " + NEEDED + ". Going on with scalar operations, which are much slower");
    }
    System.setProperty(VECTOR_MODULE_PROPERTY, how);
    runMain(args);
  }

  private static void runMain(String[] args) throws Throwable {
    try {
      Class.forName("dev.quipu.cli.Main").getMethod("main", String[].class).invoke(null, (Object) args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  // ---- the Vector API's module

  /** How the module got here, or null if it did not. */
  private static String loadVectorModule() {
    try {
      Class<?> layer = Class.forName("java.lang.ModuleLayer");
      Object found = layer.getMethod("findModule", String.class)
          .invoke(layer.getMethod("boot").invoke(null), VECTOR_MODULE);
      if ((Boolean) found.getClass().getMethod("isPresent").invoke(found)) {
        return FOR_VECTORS.equals(System.getProperty(RELAUNCHED))
            ? "by a relaunch with --add-modules" : "by --add-modules";
      }
      // the manifest exports the package; the module lands in the boot loader, where the JIT knows it
      Class.forName("jdk.internal.module.Modules").getMethod("loadModule", String.class).invoke(null, VECTOR_MODULE);
      return "at run time, without a flag";
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null; // another build of Java: a flag does it, or the user is told
    }
  }

  /** The exit code of a second Java virtual machine that has the module, or null if there can be none. */
  private static Integer runWithVectorFlag(String[] args) {
    if (FOR_VECTORS.equals(System.getProperty(RELAUNCHED)) || !hasVectorModule()) {
      return null;
    }
    List<String> command = command(System.getProperty("java.home"), FOR_VECTORS);
    command.addAll(inputArguments());
    command.add("--add-modules");
    command.add(VECTOR_MODULE);
    try {
      return run(command, args);
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean hasVectorModule() {
    try {
      Class<?> finder = Class.forName("java.lang.module.ModuleFinder");
      Object found = finder.getMethod("find", String.class)
          .invoke(finder.getMethod("ofSystem").invoke(null), VECTOR_MODULE);
      return (Boolean) found.getClass().getMethod("isPresent").invoke(found);
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  // ---- a newer Java

  private static int runOnNewerJava(String[] args) {
    Map<String, Integer> homes = javaHomes();
    String home = choose(homes);
    if (home == null || System.getProperty(RELAUNCHED) != null) {
      System.err.println(needed(homes));
      return 1;
    }
    if (Arrays.asList(args).contains("--verbose")) {
      System.err.println("Java: " + System.getProperty("java.version") + " is too old; relaunching with " + home);
    }
    List<String> command = command(home, FOR_JAVA);
    for (String option : inputArguments()) {
      if (option.startsWith("-Xm") || option.startsWith("-Xs") || option.startsWith("-D")) {
        command.add(option); // memory and properties mean the same in every Java; other options may not
      }
    }
    try {
      return run(command, args);
    } catch (IOException e) {
      System.err.println(home + " cannot be started: " + e.getMessage());
      return 1;
    }
  }

  /** The oldest Java that will do: it is the one that quipu was tested with. */
  private static String choose(Map<String, Integer> homes) {
    String best = null;
    for (Map.Entry<String, Integer> home : homes.entrySet()) {
      if (home.getValue() >= NEEDED && (best == null || home.getValue() < homes.get(best))) {
        best = home.getKey();
      }
    }
    return best;
  }

  private static String needed(Map<String, Integer> homes) {
    StringBuilder found = new StringBuilder();
    for (Map.Entry<String, Integer> home : homes.entrySet()) {
      found.append(found.length() == 0 ? "" : ", ").append(home.getValue() + " (" + home.getKey() + ")");
    }
    return "Java " + NEEDED + " or newer is needed; this is Java " + System.getProperty("java.version") + " ("
        + System.getProperty("java.home") + "). Found in JAVA_HOME and the usual places: "
        + (found.length() == 0 ? "nothing" : found) + ". Get a JDK " + NEEDED + " from https://adoptium.net, by"
        + " 'sdk install java 25-tem' (sdkman) or 'brew install --cask temurin@25' (macOS), and set JAVA_HOME to it";
  }

  /** Homes of Java on this machine, with their versions. */
  private static Map<String, Integer> javaHomes() {
    List<String> candidates = new ArrayList<>();
    candidates.add(System.getenv("JAVA_HOME"));
    candidates.add(macJavaHome());
    String user = System.getProperty("user.home");
    for (String folder : new String[] {"/usr/lib/jvm", "/usr/java", "/opt", "/opt/java", "/usr/local/opt",
        "/opt/homebrew/opt", user + "/.sdkman/candidates/java", user + "/.jdks"}) {
      addChildren(candidates, folder, "");
    }
    addChildren(candidates, "/Library/Java/JavaVirtualMachines", "/Contents/Home");
    addChildren(candidates, user + "/Library/Java/JavaVirtualMachines", "/Contents/Home");
    Map<String, Integer> homes = new TreeMap<>();
    for (String candidate : candidates) {
      int version = candidate == null ? 0 : installed(candidate);
      if (version > 0) {
        homes.put(candidate, version);
      }
    }
    return homes;
  }

  private static void addChildren(Collection<String> candidates, String folder, String suffix) {
    String[] names = new File(folder).list();
    if (names != null) {
      for (String name : names) {
        candidates.add(folder + "/" + name + suffix);
      }
    }
  }

  private static String macJavaHome() {
    File tool = new File("/usr/libexec/java_home");
    if (!tool.canExecute()) {
      return null;
    }
    try {
      Process process = new ProcessBuilder(tool.getPath(), "-v", String.valueOf(NEEDED)).start();
      try (BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
        return out.readLine();
      }
    } catch (IOException e) {
      return null; // the usual places remain
    }
  }

  /** The version of the Java in a folder, or 0 if there is none. */
  private static int installed(String home) {
    if (!new File(home, "bin/java").canExecute()) {
      return 0;
    }
    Properties release = new Properties();
    try (InputStream in = new FileInputStream(new File(home, "release"))) {
      release.load(in);
    } catch (IOException e) {
      return 0;
    }
    return version(release.getProperty("JAVA_VERSION", "").replace("\"", ""));
  }

  /** The major version: 8 of 1.8.0, 25 of 25.0.3; 0 if the text is no version. */
  static int version(String text) {
    String major = text.startsWith("1.") ? text.substring(2) : text;
    int end = 0;
    while (end < major.length() && Character.isDigit(major.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(major.substring(0, end));
  }

  // ---- another Java virtual machine

  /** The flags that this Java was started with; none if it cannot tell, as in a folder the locale cannot spell. */
  private static List<String> inputArguments() {
    try {
      return ManagementFactory.getRuntimeMXBean().getInputArguments();
    } catch (LinkageError | RuntimeException e) {
      return new ArrayList<>();
    }
  }

  private static List<String> command(String home, String reason) {
    List<String> command = new ArrayList<>();
    command.add(home + "/bin/java");
    command.add("-D" + RELAUNCHED + "=" + reason);
    command.add("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED"); // as in the manifest
    command.add("--enable-native-access=ALL-UNNAMED");
    return command;
  }

  /** Runs until it ends; Ctrl-C is for the child, and whoever ends this process ends the child. */
  private static int run(List<String> command, String[] args) throws IOException {
    command.addAll(Arrays.asList("-cp", System.getProperty("java.class.path"), Launcher.class.getName()));
    command.addAll(Arrays.asList(args));
    leaveInterruptsToChild();
    Process child = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(child::destroy));
    while (true) {
      try {
        return child.waitFor();
      } catch (InterruptedException e) {
        child.destroy();
      }
    }
  }

  /** By a handler that does nothing: had Ctrl-C been ignored, the child would inherit that. */
  private static void leaveInterruptsToChild() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal"); // in every Java, but in no API that a compiler is shown
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object nothing =
          Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (proxy, method, args) -> null);
      signal.getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("INT"), nothing);
    } catch (ReflectiveOperationException e) {
      // then Ctrl-C ends both
    }
  }
}
