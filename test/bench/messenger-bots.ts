import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WorldTarget } from './messenger-load.ts';

export const hook = 'webhook-secret-of-the-bench';
/** Numbers of bots begin here: the token of bot 3 begins with 100003. */
const firstBot = 100_000;

export interface MessengerBots {
  /** By path below the bots folder. */
  readonly files: Readonly<Record<string, string>>;
  targets(origin: string): readonly WorldTarget[];
}

/**
 * So many tenants with a bot on Telegram each. `constant`: always says the same. `echo`: a model in the process that says what it was
 * told, so that each reply names what it answers. `openai`: a model behind an address.
 */
export function messengerBots(options: {
  readonly count: number;
  readonly baseUrl: string;
  readonly answer: 'constant' | 'echo' | { readonly openaiUrl: string };
  /** Of the first bot; the others have none. */
  readonly firstPerTenant?: string;
}): MessengerBots {
  const { count, baseUrl, answer } = options;
  const ids = Array.from({ length: count }, (_, index) => firstBot + index);
  const tenantOf = (id: number): string => `bot-${id}`;
  const model =
    answer === 'constant'
      ? 'escalation: [{ when: { match: "." }, say: { en: "Thank you, we have your message." }, do: nothing }]'
      : answer === 'echo'
        ? 'escalation: []\nllm: { use: echo }'
        : `escalation: []\nllm: { use: openai, with: { model: fake, apiKey: "\${secret:openai}", baseUrl: "${answer.openaiUrl}" } }`;
  const files = ids.flatMap((id, index): [string, string][] => [
    [
      `${tenantOf(id)}/bot.yaml`,
      `polyphon: 1
name: Bench ${id}
languages: { default: en, supported: [en], detect: false }
prompts: { greeting: "" }
channels: { tg: { use: telegram, with: { token: "\${secret:token}", webhookSecret: "\${secret:hook}", baseUrl: "${baseUrl}" } } }
session: { coalesce: 0ms }
limits: { perContact: 1000000/min, perTenant: ${index === 0 ? (options.firstPerTenant ?? '1000000/min') : '1000000/min'}, maxTurns: 100000 }
guardrails: { disclosure: never }
${model}
`,
    ],
    [`${tenantOf(id)}/.secrets.yaml`, `token: "${tokenOf(id)}"\nhook: ${hook}\nopenai: sk-test\n`],
  ]);
  return {
    files: Object.fromEntries(files),
    targets: (origin) => ids.map((id) => ({ botId: id, origin, path: `/v1/${tenantOf(id)}/tg/webhook`, secret: hook })),
  };
}

export function tokenOf(id: number): string {
  return `${id}:bot-token-of-the-bench`;
}

/** Lets `use: echo` be found from this folder. The settings must list `polyphon-echo`. `slowMs` is thought on at most so long. */
export async function installEcho(projectDirectory: string, slowMs = 0): Promise<void> {
  const folder = join(projectDirectory, 'node_modules', 'polyphon-echo');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      name: 'polyphon-echo',
      version: '1.0.0',
      type: 'module',
      exports: './index.js',
      polyphon: { kind: 'model', name: 'echo', contract: 1 },
    }),
  );
  await writeFile(
    join(folder, 'index.js'),
    `export const plugin = {
  contract: 1,
  kind: 'model',
  name: 'echo',
  schema: { type: 'object', properties: {}, additionalProperties: false },
  open: async ({ clock, random }) => ({
    id: 'echo',
    capabilities: { tools: 'none' },
    stream: async function* ({ messages }, signal) {
      if (${slowMs} > 0) await clock.sleep(Math.floor(random.next() * ${slowMs}), signal);
      yield { type: 'text', text: 'You said ' + messages.at(-1).text };
      yield { type: 'done', finish: 'stop', usage: { inputTokens: 1, outputTokens: 1 } };
    },
  }),
};
`,
  );
}

/** Writes files by path below a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
