package dev.quipu;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Arrays;
import java.util.List;

/** The arrows between packages: what each may know. */
@AnalyzeClasses(packages = "dev.quipu", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule onlyOpsUsesTheVectorApi =
      noClasses().that().resideOutsideOfPackage("dev.quipu.ops..")
          .should().dependOnClassesThat().resideInAPackage("jdk.incubator.vector..");

  @ArchTest
  static final ArchRule onlyPosixCallsNativeCode =
      noClasses().that().doNotHaveSimpleName("Posix")
          .should().dependOnClassesThat().haveFullyQualifiedName("java.lang.foreign.Linker");

  @ArchTest
  static final ArchRule operandsKnowNothing = mayUseOnly("tensor");

  @ArchTest
  static final ArchRule operationsKnowOnlyOperands = mayUseOnly("ops", "tensor");

  @ArchTest
  static final ArchRule theForwardPassKnowsNoFile = mayUseOnly("model", "ops", "tensor");

  @ArchTest
  static final ArchRule checkpointsKnowNoModel = mayUseOnly("checkpoint", "config", "tensor");

  @ArchTest
  static final ArchRule familiesKnowNoText = mayUseOnly("family", "model", "vision", "ops", "tensor", "checkpoint", "config");

  @ArchTest
  static final ArchRule imagesKnowNoText =
      mayUseOnly("vision", "model", "ops", "tensor", "checkpoint", "config");

  @ArchTest
  static final ArchRule onlyVisionUsesJavasImages =
      noClasses().that().resideOutsideOfPackage("dev.quipu.vision..")
          .should().dependOnClassesThat().resideInAnyPackage("javax.imageio..", "java.awt..");

  @ArchTest
  static final ArchRule textKnowsNoModel = mayUseOnly("text", "config");

  @ArchTest
  static final ArchRule samplingKnowsOnlyNumbers = mayUseOnly("sample");

  @ArchTest
  static final ArchRule masksKnowNeitherSchemasNorText = mayUseOnly("mask");

  @ArchTest
  static final ArchRule grammarsKnowNoTokens =
      mayUseOnly("grammar", "mask", "language", "number", "schema", "config");

  @ArchTest
  static final ArchRule languagesKnowNoSchema = mayUseOnly("language", "mask");

  @ArchTest
  static final ArchRule schemasKnowNoTokens = mayUseOnly("schema", "mask", "language", "number", "config");

  @ArchTest
  static final ArchRule setsOfNumbersKnowNoSchema = mayUseOnly("number", "mask");

  @ArchTest
  static final ArchRule benchmarksKnowNoCheckpoint = mayUseOnly("bench", "model", "ops", "tensor", "config");

  @ArchTest
  static final ArchRule benchmarksOfSchemasKnowNoModel =
      mayUseOnly("schemabench", "schema", "mask", "text", "config");

  @ArchTest
  static final ArchRule theHubKnowsOnlyPlaces = mayUseOnly("hub", "checkpoint", "config");

  @ArchTest
  static final ArchRule conformanceKnowsTheEnginesPartsAndNotTheLoop = mayUseOnly(
      "conform", "config", "checkpoint", "tensor", "ops", "model", "family", "hub", "text", "sample", "vision",
      "promptcache");

  @ArchTest
  static final ArchRule cacheFilesKnowNumbersAndNoText =
      mayUseOnly("promptcache", "model", "ops", "tensor", "checkpoint", "config");

  @ArchTest
  static final ArchRule theLoopKnowsNeitherFilesNorFamilies =
      noClasses().that().resideInAPackage("dev.quipu.generate")
          .and().doNotHaveSimpleName("Engine")
          .should().dependOnClassesThat().resideInAnyPackage("dev.quipu.family..", "dev.quipu.hub..");

  @ArchTest
  static final ArchRule numbersKnowNoJson =
      noClasses().that().resideInAnyPackage("dev.quipu.tensor..", "dev.quipu.ops..", "dev.quipu.model..",
              "dev.quipu.sample..")
          .should().dependOnClassesThat().resideInAnyPackage("tools.jackson..", "dev.quipu.config..");

  @ArchTest
  static final ArchRule nobodyKnowsTheCommandLine =
      noClasses().that().resideOutsideOfPackage("dev.quipu.cli..")
          .should().dependOnClassesThat().resideInAnyPackage("dev.quipu.cli..", "org.apache.commons.cli..", "org.jline..");

  @ArchTest
  static final ArchRule noCycles =
      SlicesRuleDefinition.slices().matching("dev.quipu.(*)..").should().beFreeOfCycles();

  /** Classes of one package use, of quipu's packages, only these, itself and the exceptions in the root. */
  private static ArchRule mayUseOnly(String of, String... others) {
    String[] all = {"tensor", "ops", "model", "checkpoint", "family", "vision", "text", "sample", "generate", "hub", "cli",
        "config", "conform", "bench", "promptcache", "mask", "language", "number", "schema", "grammar",
        "schemabench"};
    String[] forbidden = Arrays.stream(all)
        .filter(name -> !name.equals(of) && !List.of(others).contains(name))
        .map(name -> "dev.quipu." + name + "..").toArray(String[]::new);
    return noClasses().that().resideInAPackage("dev.quipu." + of + "..")
        .should().dependOnClassesThat().resideInAnyPackage(forbidden);
  }
}
