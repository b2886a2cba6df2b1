import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashIngest } from '../core/knowledge/crash-ingest.ts';
import type { Bench } from './measure.ts';

/** Kills an ingest two hundred times; whatever is damaged, twice or missing afterwards is thrown. */
export const bench: Bench = {
  name: 'ingest-crash',
  run: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'polyphon-crash-'));
    try {
      const caught = await crashIngest(join(directory, 'polyphon.db'), 200);
      return [
        {
          what: 'kills in the middle of an ingest, of 200, all repaired',
          value: caught,
          unit: '',
          goal: { op: '>=', value: 100 },
        },
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
