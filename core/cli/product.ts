import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Polyphon itself lies: the same from the sources and from the built files. */
export interface Product {
  readonly root: string;
  readonly version: string;
  /** The widget and the playground, as built. */
  readonly assetsDirectory: string;
  /** Templates that `polyphon new` starts from. */
  readonly templatesDirectory: string;
}

let known: Product | undefined;

export function product(): Product {
  known ??= find(dirname(fileURLToPath(import.meta.url)));
  return known;
}

function find(directory: string): Product {
  const file = join(directory, 'package.json');
  if (existsSync(file)) {
    const description = JSON.parse(readFileSync(file, 'utf8')) as { readonly name?: string; readonly version?: string };
    if (description.name === 'polyphon') {
      return {
        root: directory,
        version: description.version ?? '0.0.0',
        assetsDirectory: join(directory, 'dist', 'plugins', 'channels', 'web-chat', 'assets'),
        templatesDirectory: join(directory, 'bots', '_templates'),
      };
    }
  }
  return find(dirname(directory));
}
