import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';

/** The file of the store: where the settings say, else in the data folder. */
export function storePath(settings: Pick<Settings, 'store'>, dataDirectory: string): string {
  return settings.store.path ?? join(dataDirectory, 'polyphon.db');
}
