// llama.cpp in a process of its own, measured as `quipu bench` measures quipu: a prompt read, then tokens one by one.
//
//   node peer.mjs '{"modules": DIR, "model": FILE, "prompt": 512, "generate": 128, "threads": 2}'
//
// Prints a JSON object: tokens a second and CPU-seconds a token of each test, as "pp512" and "tg128". A short run first
// touches all weights. Choosing the likeliest token is in its time, and not in quipu's: a half per cent at most.
import {join} from "node:path";
import {pathToFileURL} from "node:url";

const BATCH = 512, TOUCH = 32, TOKEN_STEP = 7919, TOKENS = 32000;
const {modules, model: modelPath, prompt, generate, threads} = JSON.parse(process.argv[2]);

const {getLlama} = await import(pathToFileURL(join(modules, "node_modules/node-llama-cpp/dist/index.js")));
const llama = await getLlama({gpu: false, build: "never", skipDownload: true, logLevel: "error", maxThreads: threads});
const model = await llama.loadModel({modelPath});
const contextSize = Math.max(prompt, TOUCH) + generate + 16;
const context = await model.createContext({contextSize, batchSize: BATCH, threads, sequences: 1});
const sequence = context.getSequence();
const ids = count => Array.from({length: count}, (_, i) => (i * TOKEN_STEP + 13) % TOKENS);

await sequence.evaluateWithoutGeneratingNewTokens(ids(TOUCH));
await generated(4);
const results = {};
if (prompt) {
  await sequence.clearHistory();
  const clock = started();
  await sequence.evaluateWithoutGeneratingNewTokens(ids(prompt));
  results[`pp${prompt}`] = clock(prompt);
}
if (generate) {
  await sequence.clearHistory();
  results[`tg${generate}`] = await generated(generate);
}
console.log(JSON.stringify(results));
process.exit(0);

/** The first token, whose time is not counted, and so many more. */
async function generated(count) {
  let clock, tokens = -1;
  for await (const _ of sequence.evaluate([42], {temperature: 0, yieldEogToken: true})) {
    clock ??= started();
    if (++tokens === count) break;
  }
  return clock(tokens);
}

function started() {
  const time = performance.now(), cpu = process.cpuUsage();
  return tokens => {
    const used = process.cpuUsage(cpu);
    return {tps: 1000 * tokens / (performance.now() - time), cpu: (used.user + used.system) / 1e6 / tokens};
  };
}
