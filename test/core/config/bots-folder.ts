import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createDefinitionLoader,
  type DefinitionLoader,
  type DefinitionLoaderOptions,
  type LoadedDefinition,
} from '../../../core/config/definition-loader.ts';
import type { Diagnostic } from '../../../core/config/diagnostic.ts';
import { readSettings, type Settings } from '../../../core/config/settings.ts';
import { praxisPlugins } from './praxis-plugins.ts';

export const signal: AbortSignal = new AbortController().signal;
export const praxisFolder = fileURLToPath(new URL('../../fixtures/definitions/bots', import.meta.url));
export const defaultSettings: Settings = (await readSettings({ path: '/nonexistent/polyphon.yaml', env: {}, signal }))
  .settings;

/** Secrets whose plugins know their form. */
const likeRealOnes: Readonly<Record<string, string>> = { telegram_token: '123456789:value-of-telegram_token' };

/** All secrets that the practice's definition names. */
export const praxisSecrets = [
  'gemini_key',
  'openai_key',
  'elevenlabs_key',
  'calendar_url',
  'crm_token',
  'smtp_url',
  'telegram_token',
  'telegram_secret',
  'wa_token',
  'wa_app_secret',
  'wa_verify',
  'twilio_sid',
  'twilio_token',
  'deepgram_key',
]
  .map((name) => `${name}: "${likeRealOnes[name] ?? `value-of-${name}`}"\n`)
  .join('');

export interface BotsFolder extends Disposable {
  readonly path: string;
  /** Writes files by their path below the folder. */
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  loader(options?: Partial<DefinitionLoaderOptions>): DefinitionLoader;
  load(tenantId: string, options?: Partial<DefinitionLoaderOptions>): Promise<LoadedDefinition>;
}

/** A folder of bots in the system's temporary folder, gone when it is disposed. */
export function makeBots(files: Readonly<Record<string, string | Uint8Array>>, copy?: 'praxis'): BotsFolder {
  const path = mkdtempSync(join(tmpdir(), 'polyphon-bots-'));
  if (copy === 'praxis') {
    cpSync(praxisFolder, path, { recursive: true });
    writeFileSync(join(path, 'praxis/.secrets.yaml'), praxisSecrets);
  }
  const write: BotsFolder['write'] = (more) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  write(files);
  const loader: BotsFolder['loader'] = (options) =>
    createDefinitionLoader({
      botsDirectory: path,
      catalogue: praxisPlugins,
      settings: defaultSettings,
      env: {},
      ...options,
    });
  return {
    path,
    write,
    loader,
    load: (tenantId, options) => loader(options).load(tenantId, signal),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** `code line:column`, as a table of expectations says it. */
export function placeOf({ code, range }: Diagnostic): string {
  return `${code} ${range.start.line}:${range.start.column}`;
}
