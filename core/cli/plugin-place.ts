import { readFile } from 'node:fs/promises';
import { parseYaml } from '../config/parse-yaml.ts';
import { SourceText } from '../config/source-text.ts';
import { nodeAt } from '../config/tree.ts';
import { PolyphonError } from '../contract/index.ts';

/** An error about a package under `plugins:`, with the line and column of the settings that name it. Others stay as they are. */
export async function atItsPlace(error: unknown, settingsPath: string): Promise<unknown> {
  if (!(error instanceof PolyphonError) || typeof error.data['package'] !== 'string') return error;
  const place = await placeOf(error.data['package'], settingsPath);
  if (place === undefined) return error;
  const message = error.message.replace(/^config plugins: /, '');
  return new PolyphonError(error.code, `${place}: ${message}`, { cause: error, data: { ...error.data, place } });
}

async function placeOf(name: string, settingsPath: string): Promise<string | undefined> {
  const text = await readFile(settingsPath, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const source = new SourceText(settingsPath, text.replace(/^\uFEFF/, ''));
  const { root } = parseYaml(source);
  const list = root === undefined ? undefined : nodeAt(root, ['plugins']);
  if (list?.kind !== 'list') return undefined;
  const item = list.items.find((each) => each.kind === 'scalar' && each.value === name);
  if (item === undefined) return undefined;
  const { line, column } = source.position(item.place.start);
  return `${source.file}:${line}:${column}`;
}
