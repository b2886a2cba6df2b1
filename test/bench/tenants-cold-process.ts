import { deploy } from '../whole/deployment.ts';
import { residentMb } from './measure.ts';

export interface ColdStart {
  readonly serving: number;
  readonly readyMs: number;
  readonly readingMs: number;
  /** Processor time of all threads while documents were read. */
  readonly readingCpuMs: number;
  readonly afterReadingMb: number;
}

/** The first start over a bots folder, in a process of its own: what it needed once must not be counted to the next. */
const [botsDirectory = '', dataDirectory = ''] = process.argv.slice(2);
await using cold = await deploy({ botsDirectory, dataDirectory, knowledge: 'in the background', logLevel: 'info' });
const before = process.cpuUsage();
const startMs = performance.now();
await cold.application.kernel.knowledgeIdle();
const readingMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(before);
process.send?.({
  serving: cold.started.serving,
  readyMs: cold.started.elapsedMs,
  readingMs,
  readingCpuMs: (user + system) / 1000,
  afterReadingMb: await residentMb(),
} satisfies ColdStart);
process.disconnect?.();
