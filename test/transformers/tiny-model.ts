import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onnxFile, type Step, type Tensor } from './onnx-file.ts';

/** Words of one meaning have one vector; others share nothing. */
const meanings = [
  ['car', 'automobile', 'auto'],
  ['dog', 'hund'],
  ['rent', 'hire', 'miete'],
  ['lamp', 'leuchte'],
  ['query', ':'],
  ['passage'],
] as const;
const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]'];

export const tiny = { name: 'tiny', dimensions: 8, maxTokens: 12 };

/** What the model says of each word; those of no meaning say nothing. */
export const wordVectors: ReadonlyMap<string, Float32Array> = new Map([
  ...special.map((word): [string, Float32Array] => [word, vectorOf(word === '[CLS]' ? tiny.dimensions - 1 : -1)]),
  ...meanings.flatMap((words, meaning) => words.map((word): [string, Float32Array] => [word, vectorOf(meaning)])),
]);

function vectorOf(place: number): Float32Array {
  return Float32Array.from({ length: tiny.dimensions }, (_, at) => (at === place ? 1 : 0));
}

const scale = 1 / 64;

/** A model of a few kB in a folder as the hub has them: one look-up in a table of words, in full and in eight bits. */
export async function writeTinyModel(folder: string): Promise<void> {
  const words = [...wordVectors.keys()];
  const rows = [...wordVectors.values()].flatMap((vector) => [...vector]);
  const table = { name: 'words', dims: [words.length, tiny.dimensions] };
  const full: Tensor = { ...table, type: 'float', data: new Uint8Array(Float32Array.from(rows).buffer) };
  const small: Tensor = {
    ...table,
    type: 'int8',
    data: new Uint8Array(Int8Array.from(rows, (value) => value / scale).buffer),
  };
  const scaleOf: Tensor = {
    name: 'scale',
    type: 'float',
    dims: [],
    data: new Uint8Array(Float32Array.of(scale).buffer),
  };
  const lookUp = (output: string): Step => ({ operator: 'Gather', inputs: ['words', 'input_ids'], output });
  await mkdir(join(folder, tiny.name, 'onnx'), { recursive: true });
  const files: Readonly<Record<string, Uint8Array | string>> = {
    'onnx/model.onnx': withPorts([lookUp('last_hidden_state')], [full]),
    'onnx/model_quantized.onnx': withPorts(
      [lookUp('small'), { operator: 'DequantizeLinear', inputs: ['small', 'scale'], output: 'last_hidden_state' }],
      [small, scaleOf],
    ),
    'config.json': JSON.stringify({ architectures: ['BertModel'], model_type: 'bert', hidden_size: tiny.dimensions }),
    'tokenizer_config.json': JSON.stringify({
      tokenizer_class: 'BertTokenizer',
      model_max_length: tiny.maxTokens,
      pad_token: '[PAD]',
      unk_token: '[UNK]',
      cls_token: '[CLS]',
      sep_token: '[SEP]',
    }),
    'tokenizer.json': JSON.stringify(tokenizerOf(words)),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, tiny.name, name), content);
}

function withPorts(steps: readonly Step[], tensors: readonly Tensor[]): Uint8Array {
  const sizes = ['texts', 'tokens'];
  return onnxFile({
    steps,
    tensors,
    inputs: [
      { name: 'input_ids', type: 'int64', dims: sizes },
      { name: 'attention_mask', type: 'int64', dims: sizes },
    ],
    outputs: [{ name: 'last_hidden_state', type: 'float', dims: [...sizes, tiny.dimensions] }],
  });
}

function tokenizerOf(words: readonly string[]): object {
  const idOf = (word: string) => words.indexOf(word);
  const piece = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special.map((content) => ({
      id: idOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [piece('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, piece('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [idOf(id)], tokens: [id] }])),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  };
}
