import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What of the widget and the playground is not built; in a fresh clone all of it. */
export function missingAssets(assetsDirectory: string): readonly string[] {
  return ['widget.js', 'play.html'].filter((name) => !existsSync(join(assetsDirectory, name)));
}
