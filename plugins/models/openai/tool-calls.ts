import { PolyphonError, type ToolCall, type ToolDescription } from 'polyphon/plugin';
import { Check } from 'typebox/schema';

/** A piece of a call as it comes: servers leave out the index, the id or the name, or repeat them. */
export interface ToolCallFragment {
  readonly index?: number | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly args?: string | undefined;
}

interface OpenCall {
  readonly index: number | undefined;
  id: string;
  name: string;
  args: string;
}

/** Arguments of one call longer than this are no arguments. */
const maxArgumentsLength = 200_000;

/** Joins fragments into calls. */
export class ToolCallAssembly {
  readonly #calls: OpenCall[] = [];

  add(fragment: ToolCallFragment): void {
    const call = this.#callOf(fragment);
    if (call.id === '') call.id = fragment.id ?? '';
    if (call.name === '') call.name = fragment.name ?? '';
    call.args += fragment.args ?? '';
  }

  get size(): number {
    return this.#calls.length;
  }

  /**
   * The calls in the order in which they began.
   * @throws PolyphonError MDL5009 when one is cut off, names no tool of the request or has arguments its schema refuses.
   */
  complete(tools: readonly ToolDescription[], where: string): readonly ToolCall[] {
    return this.#calls.map((call, position) => {
      const tool = tools.find(({ name }) => name === call.name);
      if (tool === undefined) throw invalid(where, 'it names a tool that was not offered', undefined);
      const parsed = parseArguments(call.args);
      if (parsed === undefined) throw invalid(where, 'its arguments are not complete JSON', tool.name);
      if (!Check(tool.parameters, parsed))
        throw invalid(where, 'its arguments do not fit the schema of the tool', tool.name);
      return { id: call.id === '' ? `call_${position}` : call.id, name: call.name, arguments: parsed };
    });
  }

  #callOf(fragment: ToolCallFragment): OpenCall {
    const isSame = (call: OpenCall): boolean => {
      // Some servers give every call the index 0: another id is another call.
      if (fragment.id !== undefined && fragment.id !== '' && call.id !== '' && fragment.id !== call.id) return false;
      if (fragment.index !== undefined && call.index !== undefined) return fragment.index === call.index;
      return fragment.id === undefined || fragment.id === '' || fragment.id === call.id;
    };
    const known = this.#calls.findLast(isSame);
    if (known !== undefined) return known;
    const call: OpenCall = { index: fragment.index, id: '', name: '', args: '' };
    this.#calls.push(call);
    return call;
  }
}

function parseArguments(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {};
  if (text.length > maxArgumentsLength) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function invalid(where: string, what: string, tool: string | undefined): PolyphonError {
  return new PolyphonError(
    'MDL5009',
    `${where}: a tool call cannot be run, ${what}. Nothing was run. Describe the tool more plainly, or use a model that is better with tools.`,
    tool === undefined ? {} : { data: { tool } },
  );
}
