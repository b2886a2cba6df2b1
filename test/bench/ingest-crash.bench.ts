import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashIngest } from '../core/knowledge/crash-ingest.ts';
import type { Bench } from './measure.ts';

/** Kills an ingest two hundred times; whatever is damaged, twice or missing afterwards is thrown. */
export const bench: Bench = {
  name: 'ingest-crash',
  run: async ([kills = '200'] = []) => {
    const times = Number(kills);
    const directory = await mkdtemp(join(tmpdir(), 'polyphon-crash-'));
    try {
      const { caught, repaired } = await crashIngest(join(directory, 'polyphon.db'), times);
      const half = { op: '>=', value: times / 2 } as const;
      return [
        { what: `${times} kills: files that pass the integrity check`, value: times, unit: '' },
        { what: `${times} kills: came while documents were read`, value: caught, unit: '', goal: half },
        { what: `${times} kills: repaired by the next ingest, looked at`, value: repaired, unit: '' },
        { what: `${times} kills: documents or words twice, missing, misplaced`, value: 0, unit: '' },
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
