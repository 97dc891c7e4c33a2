#!/bin/sh
# Times single operations with JMH, each by the scalar and by the vector operations, after its result was checked:
#
#   JAVA_HOME=<a JDK 25> tools/jmh.sh [JMH ARGUMENTS ...]
#
# The arguments are JMH's: -l lists the benchmarks, a part of a name or a pattern chooses some, -p sets a parameter,
# -f -wi -i -r forks, rounds and their length, -h shows all. A result takes some ten seconds, and there are over a
# hundred. One that is wrong, or any other failure, ends the run with 1. What is compiled lies in target/jmh.
set -eu

cd "$(dirname -- "$0")/.."
classes=target/jmh
mvn -q -Pjmh test-compile dependency:build-classpath -DincludeScope=test "-Dmdep.outputFile=$classes/classpath"
exec "${JAVA_HOME:?must be a JDK 25}/bin/java" --sun-misc-unsafe-memory-access=allow \
  -cp "$classes/test-classes:$classes/classes:$(cat "$classes/classpath")" org.openjdk.jmh.Main -foe true "$@"
