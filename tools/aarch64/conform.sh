#!/usr/bin/env bash
# tools/aarch64/conform.sh FOLDER [GLOB…]: the golden suite on an emulated AArch64 machine with 128-bit vectors (NEON),
# scalar and vector.
#
# FOLDER takes the emulated Java (setup.sh, once). Without a GLOB everything runs but the cases of real models, which
# would take days. Needs target/quipu.jar. Prints the counts of both runs; exit code 1 if a case failed.
set -euo pipefail

[[ $# -ge 1 ]] || { echo "usage: $0 FOLDER [GLOB…]" >&2; exit 2; }
folder=$(realpath -m "$1")
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
jar=$root/target/quipu.jar
[[ -r $jar ]] || { echo "$jar is missing; make it with: mvn -DskipTests package" >&2; exit 1; }
"$here/setup.sh" "$folder"

only=()
if [[ $# -gt 0 ]]; then
  for glob in "$@"; do
    only+=(--only "$glob")
  done
else
  for kind in "$root"/golden/*/; do
    kind=$(basename "$kind")
    [[ $kind == real || $kind == models || $kind == tokenizers ]] || only+=(--only "$kind/*")
  done
fi

failed=0
for ops in scalar vector; do
  echo "AArch64, $ops:"
  "$folder/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -jar "$jar" \
    conform "$root/golden" --ops "$ops" "${only[@]}" || failed=1
done
exit $failed
