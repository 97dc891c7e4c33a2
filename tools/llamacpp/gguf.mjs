// A GGUF of Llama-3.2-1B's shape with made-up weights, for llama.cpp: how fast it computes does not depend on them.
import {closeSync, openSync, writeSync} from "node:fs";

const HIDDEN = 2048, INTERMEDIATE = 8192, LAYERS = 16, HEADS = 32, KV_HEADS = 8, HEAD_DIM = 64, VOCABULARY = 128256;
const ORDINARY_TOKENS = 128000, MAX_POSITIONS = 131072, ALIGNMENT = 32;
const UINT32 = 4, INT32 = 5, FLOAT32 = 6, STRING = 8, ARRAY = 9; // kinds of values
const F32 = 0; // type of tensors that are no matrices

/** Number of the type of tensors, number of the type of files, weights a block, bytes a block. */
const TYPES = {Q4_0: [2, 2, 32, 18], Q4_1: [3, 3, 32, 20], Q8_0: [8, 7, 32, 34], BF16: [30, 32, 1, 2]};

/** Writes the file; type is one of Q4_0, Q4_1, Q8_0, BF16. */
export function writeGguf(path, type) {
  const [tensorType, fileType, weights, bytes] = TYPES[type];
  const tensors = shapes().map(({name, rows, columns}) => rows
    ? {name, dims: [columns, rows], type: tensorType, size: rows * columns / weights * bytes, blocks: type}
    : {name, dims: [columns], type: F32, size: 4 * columns});
  const file = openSync(path, "w");
  writeSync(file, header(tensors, metadata(fileType)));
  const noise = someBlocks(type);
  for (const tensor of tensors) {
    const data = tensor.blocks ? noise : Buffer.from(new Float32Array(tensor.size / 4).fill(1).buffer);
    const end = aligned(tensor.size);
    for (let at = 0; at < end; at += data.length) writeSync(file, data, 0, Math.min(data.length, end - at));
  }
  closeSync(file);
}

function shapes() {
  const matrix = (name, rows, columns) => ({name: name + ".weight", rows, columns});
  const norm = name => ({name: name + ".weight", columns: HIDDEN});
  const layer = l => [norm(`blk.${l}.attn_norm`), norm(`blk.${l}.ffn_norm`),
    matrix(`blk.${l}.attn_q`, HEADS * HEAD_DIM, HIDDEN), matrix(`blk.${l}.attn_k`, KV_HEADS * HEAD_DIM, HIDDEN),
    matrix(`blk.${l}.attn_v`, KV_HEADS * HEAD_DIM, HIDDEN), matrix(`blk.${l}.attn_output`, HIDDEN, HEADS * HEAD_DIM),
    matrix(`blk.${l}.ffn_gate`, INTERMEDIATE, HIDDEN), matrix(`blk.${l}.ffn_up`, INTERMEDIATE, HIDDEN),
    matrix(`blk.${l}.ffn_down`, HIDDEN, INTERMEDIATE)];
  return [matrix("token_embd", VOCABULARY, HIDDEN), norm("output_norm"),
    ...Array.from({length: LAYERS}, (_, l) => layer(l)).flat()];
}

function metadata(fileType) {
  const number = value => [UINT32, uint32(value)], float = value => [FLOAT32, float32(value)];
  const list = (kind, values, bytes) =>
    [ARRAY, Buffer.concat([uint32(kind), uint64(values.length), ...values.map(bytes)])];
  const pieces = tokens();
  return Object.entries({
    "general.architecture": [STRING, string("llama")], "general.name": [STRING, string("made-up llama-3.2-1b")],
    "general.file_type": number(fileType),
    "llama.context_length": number(MAX_POSITIONS), "llama.embedding_length": number(HIDDEN),
    "llama.block_count": number(LAYERS), "llama.feed_forward_length": number(INTERMEDIATE),
    "llama.attention.head_count": number(HEADS), "llama.attention.head_count_kv": number(KV_HEADS),
    "llama.attention.layer_norm_rms_epsilon": float(1e-5), "llama.rope.freq_base": float(500000),
    "llama.rope.dimension_count": number(HEAD_DIM), "llama.vocab_size": number(VOCABULARY),
    "tokenizer.ggml.model": [STRING, string("gpt2")], "tokenizer.ggml.pre": [STRING, string("llama-bpe")],
    "tokenizer.ggml.tokens": list(STRING, pieces, string), "tokenizer.ggml.merges": list(STRING, ["a b"], string),
    "tokenizer.ggml.token_type": list(INT32, pieces.map((_, id) => id < ORDINARY_TOKENS ? 1 : 3), uint32),
    "tokenizer.ggml.bos_token_id": number(ORDINARY_TOKENS),
    "tokenizer.ggml.eos_token_id": number(ORDINARY_TOKENS + 1)});
}

/** A letter for each byte, as GPT-2 has them, and names for all others. */
function tokens() {
  const printable = byte => byte > 32 && byte < 127 || byte > 160 && byte < 256 && byte !== 173;
  let others = 256;
  const letters = Array.from({length: 256}, (_, byte) => String.fromCodePoint(printable(byte) ? byte : others++));
  return Array.from({length: VOCABULARY}, (_, id) => letters[id] ?? (id === 256 ? "ab" : `<t${id}>`));
}

function header(tensors, values) {
  const parts = [Buffer.from("GGUF"), uint32(3), uint64(tensors.length), uint64(values.length)];
  for (const [key, [kind, bytes]] of values) parts.push(string(key), uint32(kind), bytes);
  let offset = 0;
  for (const {name, dims, type, size} of tensors) {
    parts.push(string(name), uint32(dims.length), ...dims.map(uint64), uint32(type), uint64(offset));
    offset += aligned(size);
  }
  const head = Buffer.concat(parts);
  return Buffer.concat([head, Buffer.alloc(aligned(head.length) - head.length)]);
}

/** Some megabytes of blocks with small scales and any codes. */
function someBlocks(type) {
  const [, , , bytes] = TYPES[type];
  const blocks = Buffer.alloc(bytes * ALIGNMENT * 8192);
  let state = 1;
  for (let at = 0; at < blocks.length; at++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    blocks[at] = state >>> 24;
  }
  for (let at = 0; at < blocks.length; at += bytes) {
    if (type === "BF16") blocks[at + 1] = blocks[at + 1] & 0x80 | 0x3c; // about ±0.01
    else blocks.writeUInt16LE(0x1c00, at); // float16: 0.0039
    if (type === "Q4_1") blocks.writeUInt16LE(0xa400, at + 2); // float16: -0.0156
  }
  return blocks;
}

const aligned = size => Math.ceil(size / ALIGNMENT) * ALIGNMENT;
const uint32 = value => bytes(4, buffer => buffer.writeUInt32LE(value));
const float32 = value => bytes(4, buffer => buffer.writeFloatLE(value));
const uint64 = value => bytes(8, buffer => buffer.writeBigUInt64LE(BigInt(value)));
const string = text => Buffer.concat([uint64(Buffer.byteLength(text)), Buffer.from(text)]);

function bytes(size, write) {
  const buffer = Buffer.alloc(size);
  write(buffer);
  return buffer;
}
