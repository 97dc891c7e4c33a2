#!/usr/bin/env bash
# tools/aarch64/gate.sh FOLDER [WHAT…]: counts the instructions of our kernels on an emulated AArch64 machine with
# 128-bit vectors (NEON), and fails if they are too many.
#
# FOLDER takes the emulated Java (setup.sh, once), and what is compiled here. WHAT are parts of the names of formats;
# without one, all are counted. Needs target/classes, a C compiler and, as JAVA_HOME, a JDK 25. The bounds stand in
# gate.py; exit code 1 if one is broken, or a warm kernel allocates.
set -euo pipefail

[[ $# -ge 1 ]] || { echo "usage: $0 FOLDER [WHAT…]" >&2; exit 2; }
folder=$(realpath -m "$1")
shift
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
classes=$(cd "$here/../.." && pwd)/target/classes
[[ -d $classes/dev ]] || { echo "$classes is missing; make it with: mvn compile" >&2; exit 1; }
"$here/setup.sh" "$folder"

gate=$folder/gate
mkdir -p "$gate/classes"
cp -R "$classes/." "$gate/classes" # so that the sources may be worked on meanwhile
cc -O2 -Wall -shared -fPIC "$here/count.c" -o "$gate/count.so"
"${JAVA_HOME:?must be a JDK 25}/bin/javac" -cp "$gate/classes" -d "$gate/classes" "$here/Kernels.java"
QEMU_PLUGIN="$gate/count.so,counts=$gate/counts" "$folder/java" -XX:+UseSerialGC --add-modules jdk.incubator.vector \
  --enable-native-access=ALL-UNNAMED -cp "$gate/classes" dev.quipu.ops.Kernels "$@" >"$gate/spans"
"$here/gate.py" "$gate/spans" "$gate/counts"
