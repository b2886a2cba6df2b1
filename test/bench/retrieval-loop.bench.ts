import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { deploy } from '../whole/deployment.ts';
import type { Bench, Figure } from './measure.ts';
import { lampShop } from './sample-tenants.ts';
import { xquadTexts } from './xquad.ts';

const copies = 8;
const timerMs = 1;
const patience = () => AbortSignal.timeout(300_000);

/** How long chats wait for their turn of the event loop while another tenant's documents are read, indexed, loaded and searched. */
export const bench: Bench = {
  name: 'retrieval-loop',
  run: async () => {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'polyphon-loop-'));
    const figures: Figure[] = [];
    // Read beforehand: what the measurement itself does is in no turn of the event loop that is measured.
    const texts = await xquadTexts(['en', 'de', 'es']);
    const files = manyDocuments(texts);
    const questions = texts.map((text) => text.split(' ').slice(3, 12).join(' '));
    try {
      {
        await using deployment = await deploy({
          files: { ...lampShop(), ...library('# Empty\n\nNothing yet.') },
          dataDirectory,
        });
        using _load = chatLoad(deployment.url);
        const { kernel } = deployment.application;
        const search = (text: string) => kernel.search('library', { text }, patience());
        await pause(3000);
        figures.push(...(await delays('chat alone', () => pause(8000), 'report')));
        // Stemmers and word lists load once in a process; that is told by itself.
        figures.push(
          ...(await delays('with the first question of the process', () => search('books in Warsaw'), 'report')),
        );
        for (const [path, text] of Object.entries(files)) await deployment.write(path, text);
        figures.push(
          ...(await delays('while documents are read', async () => {
            await kernel.ingest('library', { mode: 'apply' }, patience());
          })),
        );
        const { chunks } = kernel.tenant('library');
        figures.push({ what: 'chunks of the tenant that is read', value: chunks, unit: '' });
        figures.push(
          ...(await delays('while its index is built', async () => {
            await search('Warsaw');
            await built(() => deployment.lines);
          })),
        );
        figures.push(
          ...(await delays('while it is searched', async () => {
            for (const text of questions) await search(text);
          })),
        );
        figures.push(
          ...(await delays('while four search it at once', async () => {
            for (const [at, text] of questions.slice(0, -3).entries())
              if (at % 4 === 0) await Promise.all([text, ...questions.slice(at + 1, at + 4)].map(search));
          })),
        );
        await deployment.write('library/knowledge/one-more.txt', 'The museum of lamps opens at nine.');
        figures.push(
          ...(await delays('while a document is added', async () => {
            await kernel.ingest('library', { mode: 'apply' }, patience());
            await pause(1000);
          })),
        );
        figures.push(...(await delays('chat alone, once more', () => pause(8000), 'report')));
      }
      await using again = await deploy({
        files: { ...lampShop(), ...library(), ...files },
        dataDirectory,
      });
      using _load = chatLoad(again.url);
      await pause(3000);
      figures.push(
        ...(await delays('while its index is loaded', async () => {
          await again.application.kernel.search('library', { text: 'Warsaw' }, patience());
          await pause(2000);
        })),
      );
      return figures;
    } finally {
      await rm(dataDirectory, { recursive: true, force: true });
    }
  },
};

function library(first?: string): Readonly<Record<string, string>> {
  return {
    'library/bot.yaml': `polyphon: 1
name: Library
languages: { default: en, supported: [en, de, es] }
knowledge: { texts: { use: files, with: { path: "knowledge/*" } } }
channels: { web: { use: web-chat } }
`,
    ...(first === undefined ? {} : { 'library/knowledge/first.md': first }),
  };
}

/** Short documents, a long one and a table. */
function manyDocuments(texts: readonly string[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = { 'library/knowledge/first.md': '# Empty\n\nNothing yet.' };
  const copiesOf = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) =>
      texts.map((text, index) => `Shelf ${from + at}, book ${index}. ${text}`),
    );
  for (const [shelf, books] of copiesOf(0, copies / 2).entries())
    for (const [book, text] of books.entries()) files[`library/knowledge/${shelf}-${book}.txt`] = text;
  files['library/knowledge/long.md'] = copiesOf(copies / 2, copies)
    .flat()
    .join('\n\n');
  return files;
}

async function built(lines: () => readonly string[]): Promise<void> {
  const until = performance.now() + 240_000;
  let seen = 0;
  for (;;) {
    const told = lines();
    if (told.slice(seen).some((line) => line.includes('an index was built'))) return;
    seen = told.length;
    if (performance.now() > until) throw new Error('no index was built');
    await pause(50);
  }
}

function chatLoad(url: string): Disposable {
  const client = fork(fileURLToPath(new URL('./chat-load.ts', import.meta.url)), [url, '8', '1000000', '80']);
  return { [Symbol.dispose]: () => client.kill() };
}

/**
 * The longest turn of the event loop, in processor time of its thread, so that other processes on the machine do not count; and what
 * monitorEventLoopDelay saw, in which they do: compare it with the chat alone. Some kernels count processor time in steps of 4 ms, so a
 * turn counts as no longer than it lasted.
 */
async function delays(
  what: string,
  run: () => Promise<unknown>,
  how: 'judge' | 'report' = 'judge',
): Promise<readonly Figure[]> {
  const histogram = monitorEventLoopDelay({ resolution: timerMs });
  const turns: Turn[] = [];
  const collected: Pause[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      collected.push({ fromMs: startTime, toMs: startTime + duration });
  });
  observer.observe({ entryTypes: ['gc'] });
  let before = { cpuMs: threadMs(), ms: performance.now() };
  const look = (): void => {
    const now = { cpuMs: threadMs(), ms: performance.now() };
    turns.push({
      fromMs: before.ms,
      toMs: now.ms,
      busyMs: Math.min(now.cpuMs - before.cpuMs, now.ms - before.ms),
    });
    before = now;
  };
  const probe = setInterval(look, timerMs);
  histogram.enable();
  const startedMs = performance.now();
  await run();
  // The last turn ends with the next timer.
  await pause(2 * timerMs);
  look();
  const seconds = (performance.now() - startedMs) / 1000;
  histogram.disable();
  clearInterval(probe);
  await pause(50);
  observer.disconnect();
  const waited = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - timerMs);
  return [
    {
      what: `event loop ${what}: longest turn`,
      value: turns.reduce((most, { busyMs }) => Math.max(most, busyMs), 0),
      unit: 'ms cpu',
      ...(how === 'judge' ? { goal: { op: '<=', value: 20 } as const } : {}),
    },
    {
      what: '  about, without the garbage collector',
      value: turns.reduce((most, turn) => (turn.busyMs > most ? Math.max(most, ownMs(turn, collected)) : most), 0),
      unit: 'ms cpu',
    },
    { what: `  monitorEventLoopDelay over ${seconds.toFixed(0)} s: longest`, value: waited(histogram.max), unit: 'ms' },
    { what: '  99th of 100', value: waited(histogram.percentile(99)), unit: 'ms' },
  ];
}

interface Pause {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Turn extends Pause {
  readonly busyMs: number;
}

/** About: as if the processor had been ours for the same share of the collector's pauses as of the whole turn. */
function ownMs(turn: Turn, pauses: readonly Pause[]): number {
  const within = (pause: Pause) => Math.min(pause.toMs, turn.toMs) - Math.max(pause.fromMs, turn.fromMs);
  const collecting = pauses.reduce((sum, each) => sum + Math.max(0, within(each)), 0);
  return turn.busyMs * (1 - Math.min(1, collecting / (turn.toMs - turn.fromMs)));
}

function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
