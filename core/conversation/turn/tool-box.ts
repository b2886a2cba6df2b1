import { Ajv, type ValidateFunction } from 'ajv';
import { type Logger, PolyphonError, type Tool, type ToolCall, type ToolDescription } from '../../contract/index.ts';
import type { BotRuntime } from '../bot-runtime.ts';

/** What the model sees of a result. */
const maxResultChars = 16_000;

const ajv = new Ajv({ strict: false, allErrors: true });
const validators = new WeakMap<object, ValidateFunction>();

/** The functions a model may call in one turn: allowed by the definition, checked against their schemas. */
export interface ToolBox {
  readonly descriptions: readonly ToolDescription[];
  /** Never throws for what the model did wrong: it reads the reason and can do better. */
  call(call: ToolCall, signal: AbortSignal): Promise<{ readonly ok: 'yes' | 'no'; readonly result: string }>;
}

export const emptyToolBox: ToolBox = {
  descriptions: [],
  call: async (call) => ({ ok: 'no', result: `There is no function '${call.name}'.` }),
};

/** Functions that ask for a confirmation are left out: nobody could give it yet. */
export async function openToolBox(
  runtime: BotRuntime,
  scene: { readonly conversation: string; readonly contactId: string; readonly language: string; readonly log: Logger },
  signal: AbortSignal,
): Promise<ToolBox> {
  const entries = Object.entries(runtime.bot.tools).filter(([, tool]) => tool.confirm === 'never');
  if (entries.length === 0) return emptyToolBox;
  const tools = await runtime.tools(signal);
  const offered = new Map<
    string,
    { readonly tool: Tool; readonly name: string; readonly description: ToolDescription }
  >();
  for (const [key, { allow }] of entries) {
    const tool = tools.get(key);
    for (const description of tool?.functions ?? []) {
      if (tool === undefined || allow?.includes(description.name) === false) continue;
      const name = `${key}_${description.name}`;
      offered.set(name, { tool, name: description.name, description: { ...description, name } });
    }
  }
  return {
    descriptions: [...offered.values()].map(({ description }) => description),
    call: async (call, callSignal) => {
      const found = offered.get(call.name);
      if (found === undefined) return emptyToolBox.call(call, callSignal);
      const wrong = problemOf(found.description.parameters, call.arguments);
      if (wrong !== undefined) return { ok: 'no', result: `The arguments do not fit: ${wrong}.` };
      try {
        const { result } = await found.tool.call(found.name, call.arguments, {
          conversation: scene.conversation,
          contactId: scene.contactId,
          language: scene.language,
          signal: callSignal,
        });
        return { ok: 'yes', result: result.slice(0, maxResultChars) };
      } catch (error) {
        callSignal.throwIfAborted();
        scene.log.warn('a tool failed', { tool: call.name, error });
        return { ok: 'no', result: error instanceof PolyphonError ? error.message : 'The function failed.' };
      }
    },
  };
}

function problemOf(schema: object, input: unknown): string | undefined {
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    validators.set(schema, validate);
  }
  return validate(input) === true ? undefined : ajv.errorsText(validate.errors, { dataVar: 'arguments' });
}
