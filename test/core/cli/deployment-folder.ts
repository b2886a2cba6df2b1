import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type RunOptions, run } from './recording-terminal.ts';

/** A small deployment in a folder of its own; remove it with `await using`. */
export interface DeploymentFolder extends AsyncDisposable {
  readonly path: string;
  write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  run(words: readonly string[], options?: RunOptions): ReturnType<typeof run>;
}

export async function makeDeployment(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<DeploymentFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'polyphon-cli-')));
  const deployment: DeploymentFolder = {
    path,
    write: async (more) => {
      for (const [file, text] of Object.entries(more)) {
        await mkdir(dirname(join(path, file)), { recursive: true });
        await writeFile(join(path, file), text);
      }
    },
    run: (words, options) => run(words, { workingDirectory: path, ...options }),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
  await deployment.write(files);
  return deployment;
}

/** A bot that answers one question from one document. */
export const lampShop = {
  'bots/lamp-shop/bot.yaml': `polyphon: 1
name: The lamp shop
languages: { default: en }
prompts:
  greeting: Hello, this is the shop's AI assistant.
  unknown: I do not know that. Shall I ask a colleague?
knowledge:
  shop: { use: files, with: { path: "knowledge/*.md" } }
channels:
  web: { use: web-chat }
tests: tests/*.yaml
`,
  'bots/lamp-shop/knowledge/shop.md': `# Opening hours

The shop is open from Monday to Friday, from 9 am to 6 pm.

# Repairs

A repair of a lamp costs 25 euros and takes three days.
`,
  'bots/lamp-shop/tests/shop.yaml': `polyphon: 1
cases:
  - name: the price of a repair
    turns:
      - user: What does a repair cost?
        expect: { contains: ["25 euros"], cites: [shop], language: en, maxLatency: 5s }
  - name: what nobody knows
    turns:
      - { user: Who won the world cup in 1998?, expect: { says: unknown } }
`,
} as const;
