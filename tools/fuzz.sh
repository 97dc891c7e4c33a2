#!/bin/sh
# Feeds one of the readers with input that Jazzer makes, for so many seconds:
#
#   JAVA_HOME=<a JDK 25> tools/fuzz.sh TARGET SECONDS SCRATCH [SEEDS ...]
#
# TARGET is safetensors, promptcache, config, tokenizer, template, regex or pattern; SEEDS are folders of good input.
# Ends with 0 if nothing was found; else the input lies in SCRATCH/TARGET as crash-*, timeout-* or oom-*. What was learnt
# stays in SCRATCH/TARGET/corpus, and the next run goes on from there. JAZZER may hold more flags of Jazzer or libFuzzer.
set -eu

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P)

if [ $# -lt 3 ]; then
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
target=$1
seconds=$2
mkdir -p "$3/$1/corpus" "$3/$1/tmp" "$3/$1/seeds"
scratch=$(CDPATH= cd -- "$3/$1" && pwd -P)
shift 3

case $target in
  safetensors) class=dev.quipu.checkpoint.SafeTensorsFuzz length=4096 files= ;;
  promptcache) class=dev.quipu.promptcache.PromptCacheFuzz length=16384 files= ;;
  config) class=dev.quipu.family.ConfigFuzz length=4096 files="$root/golden/models/*/config.json" ;;
  tokenizer) class=dev.quipu.text.TokenizerFuzz length=16384 files="$root/golden/tokenizers/*/tokenizer.json" ;;
  template) class=dev.quipu.text.ChatTemplateFuzz length=16384 files= ;;
  regex) class=dev.quipu.text.regex.RegexFuzz length=512 files= ;;
  pattern) class=dev.quipu.language.PatternFuzz length=512 files= ;;
  *) echo "$target is no target: safetensors, promptcache, config, tokenizer, template, regex, pattern" >&2; exit 2 ;;
esac

for file in $files; do
  cp "$file" "$scratch/seeds/$(basename "$(dirname "$file")")"
done
cd "$root"
mvn -q -Pfuzz test-compile dependency:build-classpath -DincludeScope=test "-Dmdep.outputFile=$scratch/classpath"
# a copy, so that the sources may be worked on meanwhile
rm -rf "$scratch/classes"
mkdir "$scratch/classes"
cp -R target/classes/. target/test-classes/. "$scratch/classes"

# The targets measure the processor's time themselves: -timeout is for what never ends, and may be far off since a busy
# machine counts. Jazzer's own checks for injections find nothing but our reading of the file under test.
exec "${JAVA_HOME:?must be a JDK 25}/bin/java" -Xmx512m -XX:-OmitStackTraceInFastThrow "-Djava.io.tmpdir=$scratch/tmp" -Dquipu.fuzz.seconds=30 \
  --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+EnableDynamicAgentLoading \
  -cp "$scratch/classes:$(cat "$scratch/classpath")" com.code_intelligence.jazzer.Jazzer "--target_class=$class" \
  --instrumentation_includes=dev.quipu.** --instrumentation_excludes=dev.quipu.ops.**:dev.quipu.support.** \
  "--custom_hook_includes=dev.quipu.**" "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.*" \
  "--reproducer_path=$scratch" "--coverage_report=$scratch/coverage.txt" \
  "$scratch/corpus" "$root/src/test/resources/fuzz/$target" "$scratch/seeds" "$@" \
  "-dict=$root/src/test/resources/fuzz/$target.dict" "-artifact_prefix=$scratch/" "-max_len=$length" \
  "-max_total_time=$seconds" -timeout=100 -rss_limit_mb=3000 -print_final_stats=1 ${JAZZER:-}
