import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploy } from '../whole/deployment.ts';
import { type Bench, residentMb } from './measure.ts';
import { copyTenants } from './sample-tenants.ts';

const count = 1000;

/** A thousand tenants: cold start, start with unchanged files, memory of an idle one, memory after all are removed. */
export const bench: Bench = {
  name: 'tenants',
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polyphon-bench-'));
    const botsDirectory = join(folder, 'bots');
    const dataDirectory = join(folder, 'data');
    try {
      {
        // One bot first, so that loading the code is not counted as a tenant's memory.
        await copyTenants(botsDirectory, 5);
        await using warmUp = await deploy({ botsDirectory, dataDirectory: join(folder, 'warm-up') });
        await warmUp.application.kernel
          .search('sonnenwerk-0003', { text: 'Wallbox' }, AbortSignal.timeout(10_000))
          .catch(() => []);
      }
      await copyTenants(botsDirectory, count);
      const emptyBots = join(folder, 'none');
      let baseMb: number;
      {
        await using _empty = await deploy({ botsDirectory: emptyBots, dataDirectory: join(folder, 'empty') });
        baseMb = await residentMb();
      }
      let coldMs: number;
      let knowledgeMs: number;
      let afterReadingMb: number;
      {
        await using cold = await deploy({ botsDirectory, dataDirectory, knowledge: 'in the background' });
        coldMs = cold.started.elapsedMs;
        if (cold.started.serving !== count) throw new Error(`only ${cold.started.serving} serve`);
        const readingMs = performance.now();
        await cold.application.kernel.knowledgeIdle();
        knowledgeMs = performance.now() - readingMs;
        afterReadingMb = await residentMb();
      }
      await using warm = await deploy({ botsDirectory, dataDirectory });
      const warmMs = warm.started.elapsedMs;
      const idleMb = await residentMb();
      for (const name of await readdir(botsDirectory)) {
        if (!name.startsWith('_')) await rm(join(botsDirectory, name), { recursive: true });
      }
      for (const tenant of warm.application.kernel.tenants()) {
        await warm.application.kernel.reload(tenant.tenantId, AbortSignal.timeout(60_000));
      }
      const removedMb = await residentMb();
      return [
        {
          what: `${count} tenants, cold start to ready`,
          value: coldMs / 1000,
          unit: 's',
          goal: { op: '<=', value: 30 },
        },
        { what: 'their documents read for the first time after that', value: knowledgeMs / 1000, unit: 's' },
        { what: 'start to ready with unchanged files', value: warmMs / 1000, unit: 's', goal: { op: '<=', value: 5 } },
        { what: 'resident memory of an empty process', value: baseMb, unit: 'MB' },
        { what: 'resident memory after reading all documents', value: afterReadingMb, unit: 'MB' },
        {
          what: 'resident memory an idle tenant',
          value: (idleMb - baseMb) / count,
          unit: 'MB',
          goal: { op: '<=', value: 0.5 },
        },
        {
          what: 'resident memory after removing them all, to empty',
          value: removedMb / baseMb,
          unit: 'times',
          goal: { op: '<=', value: 1.1 },
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
