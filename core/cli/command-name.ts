import { existsSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { product } from './product.ts';
import type { Terminal } from './terminal.ts';

/** How a person starts this program from where they are: a line that is printed to be copied must run. */
export function commandName({ env, workingDirectory }: Terminal): string {
  if (workingDirectory === product().root) return 'npm run polyphon --';
  const local = `${sep}node_modules${sep}.bin`;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '' && !folder.endsWith(local));
  return folders.some((folder) => existsSync(join(folder, 'polyphon'))) ? 'polyphon' : 'npx polyphon';
}
