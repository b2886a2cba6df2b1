/** A field of a protocol buffer, as https://onnx.ai/onnx/repo-docs/IR.html numbers them. */
type Field = Uint8Array;

const text = new TextEncoder();

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function number(field: number, value: number): Field {
  return Uint8Array.from([...varint(field * 8), ...varint(value)]);
}

function bytes(field: number, content: Uint8Array | string): Field {
  const held = typeof content === 'string' ? text.encode(content) : content;
  return Uint8Array.from([...varint(field * 8 + 2), ...varint(held.length), ...held]);
}

function message(field: number, ...parts: readonly Field[]): Field {
  return bytes(field, Buffer.concat(parts));
}

const types = { float: 1, int8: 3, int64: 7 } as const;

export interface Tensor {
  readonly name: string;
  readonly type: keyof typeof types;
  readonly dims: readonly number[];
  /** Little-endian. */
  readonly data: Uint8Array;
}
export interface Step {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
}
export interface Port {
  readonly name: string;
  readonly type: keyof typeof types;
  /** Names are sizes that are told when it runs. */
  readonly dims: readonly (string | number)[];
}

/** An ONNX model, operators of opset 13. */
export function onnxFile(graph: {
  readonly steps: readonly Step[];
  readonly tensors: readonly Tensor[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}): Uint8Array {
  const steps = graph.steps.map(({ operator, inputs, output }) =>
    message(1, ...inputs.map((input) => bytes(1, input)), bytes(2, output), bytes(4, operator)),
  );
  const tensors = graph.tensors.map(({ name, type, dims, data }) =>
    message(5, ...dims.map((dim) => number(1, dim)), number(2, types[type]), bytes(8, name), bytes(9, data)),
  );
  const port = (field: number) => (each: Port) => {
    const dims = each.dims.map((dim) => message(1, typeof dim === 'number' ? number(1, dim) : bytes(2, dim)));
    const tensor = message(1, number(1, types[each.type]), message(2, ...dims));
    return message(field, bytes(1, each.name), message(2, tensor));
  };
  const inner = [...steps, bytes(2, 'tiny'), ...tensors, ...graph.inputs.map(port(11)), ...graph.outputs.map(port(12))];
  return Buffer.concat([
    number(1, 8),
    bytes(2, 'polyphon'),
    message(7, ...inner),
    message(8, bytes(1, ''), number(2, 13)),
  ]);
}
