import { fork } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { messageOf } from './fork-world.ts';
import { type Bench, residentMb } from './measure.ts';
import { copyTenants } from './sample-tenants.ts';
import type { ColdStart } from './tenants-cold-process.ts';

const defaultCount = 1000;
/** A process at rest: V8 collects after some 45 s, and what is free then is given back a minute after the last tenant went. */
const restMs = 70_000;

interface Memory {
  /** As the process stands, with all the garbage and the free pages that V8 keeps for later. */
  readonly standingMb: number;
  readonly residentMb: number;
  readonly objectsMb: number;
}

/**
 * A thousand tenants: cold start, start with unchanged files, memory of an idle one, memory after all are removed. That is compared with
 * what the same process had after serving and removing one tenant, so that code which is loaded and compiled when it is first used is
 * not taken for something that a tenant left behind; the process as it was before is told beside it. What each tenant leaves behind
 * would be there twice after all were added and removed once more.
 */
export const bench: Bench = {
  name: 'tenants',
  run: async ([size] = []) => {
    const count = Number(size ?? defaultCount);
    const folder = await mkdtemp(join(tmpdir(), 'polyphon-bench-'));
    try {
      const botsDirectory = join(folder, 'bots');
      const dataDirectory = join(folder, 'data');
      await copyTenants(botsDirectory, count);
      const cold = await coldStart(botsDirectory, dataDirectory);
      if (cold.serving !== count) throw new Error(`only ${cold.serving} serve`);
      const empty = await neverServed(folder);
      const base = await servedAndRemovedOne(folder);
      const { readyMs, idle, removed, again } = await servedAndRemovedAll(botsDirectory, dataDirectory, count);
      return [
        {
          what: `${count} tenants, cold start to ready`,
          value: cold.readyMs / 1000,
          unit: 's',
          goal: { op: '<=', value: 30 },
        },
        { what: 'their documents read for the first time after that', value: cold.readingMs / 1000, unit: 's' },
        { what: 'processor time of that, a tenant', value: cold.readingCpuMs / count, unit: 'ms' },
        { what: 'resident memory after reading all documents', value: cold.afterReadingMb, unit: 'MB' },
        { what: 'start to ready with unchanged files', value: readyMs / 1000, unit: 's', goal: { op: '<=', value: 5 } },
        { what: 'resident memory of an empty process', value: empty.residentMb, unit: 'MB' },
        { what: 'after serving and removing one tenant', value: base.residentMb, unit: 'MB' },
        {
          what: 'resident memory an idle tenant',
          value: (idle.residentMb - base.residentMb) / count,
          unit: 'MB',
          goal: { op: '<=', value: 0.5 },
        },
        { what: `after serving and removing ${count} tenants`, value: removed.residentMb, unit: 'MB' },
        {
          what: 'that, to after serving and removing one',
          value: removed.residentMb / base.residentMb,
          unit: 'times',
          goal: { op: '<=', value: 1.1 },
        },
        { what: 'that, to an empty process', value: removed.residentMb / empty.residentMb, unit: 'times' },
        {
          what: `added and removed once more, all ${count}: to the first time`,
          value: again.residentMb / removed.residentMb,
          unit: 'times',
          goal: { op: '<=', value: 1.1 },
        },
        {
          what: 'after all are removed to after one, with garbage and free pages, not collected',
          value: removed.standingMb / base.standingMb,
          unit: 'times',
        },
        {
          what: 'JavaScript objects and code left of a removed tenant',
          value: ((removed.objectsMb - base.objectsMb) * 1000) / count,
          unit: 'kB',
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function coldStart(botsDirectory: string, dataDirectory: string): Promise<ColdStart> {
  const child = fork(
    fileURLToPath(new URL('./tenants-cold-process.ts', import.meta.url)),
    [botsDirectory, dataDirectory],
    { execArgv: ['--expose-gc'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const result = await messageOf<ColdStart>(child);
  await ended;
  return result;
}

async function neverServed(folder: string): Promise<Memory> {
  await using _empty = await deploy({
    botsDirectory: join(folder, 'none'),
    dataDirectory: join(folder, 'none-data'),
    logLevel: 'info',
  });
  return memory();
}

async function servedAndRemovedOne(folder: string): Promise<Memory> {
  const botsDirectory = join(folder, 'one');
  const [tenantId = ''] = await copyTenants(botsDirectory, 1);
  await using one = await deploy({ botsDirectory, dataDirectory: join(folder, 'one-data'), logLevel: 'info' });
  await ask(one, tenantId);
  await removeAll(one);
  return memory();
}

async function servedAndRemovedAll(
  botsDirectory: string,
  dataDirectory: string,
  count: number,
): Promise<{ readonly readyMs: number; readonly idle: Memory; readonly removed: Memory; readonly again: Memory }> {
  await using warm = await deploy({ botsDirectory, dataDirectory, logLevel: 'info' });
  const idle = await memory();
  await removeAll(warm);
  const removed = await memory();
  const { kernel } = warm.application;
  for (const tenantId of await copyTenants(botsDirectory, count))
    await kernel.reload(tenantId, AbortSignal.timeout(60_000));
  await kernel.knowledgeIdle();
  await removeAll(warm);
  return { readyMs: warm.started.elapsedMs, idle, removed, again: await memory() };
}

async function ask(deployment: Deployment, tenantId: string): Promise<void> {
  const { kernel } = deployment.application;
  const passages = await kernel.search(
    tenantId,
    { text: "Quels sont vos horaires d'ouverture ?" },
    AbortSignal.timeout(30_000),
  );
  if (passages.length === 0) throw new Error(`${tenantId} finds nothing`);
}

async function removeAll({ application: { kernel }, botsDirectory }: Deployment): Promise<void> {
  for (const name of await readdir(botsDirectory)) {
    if (!name.startsWith('_')) await rm(join(botsDirectory, name), { recursive: true });
  }
  for (const { tenantId } of kernel.tenants()) await kernel.reload(tenantId, AbortSignal.timeout(60_000));
  if (kernel.tenants().length > 0) throw new Error('a removed tenant is still there');
}

async function memory(): Promise<Memory> {
  await sleep(restMs);
  const standingMb = process.memoryUsage.rss() / 1e6;
  const resident = await residentMb();
  return { standingMb, residentMb: resident, objectsMb: process.memoryUsage().heapUsed / 1e6 };
}
