import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf } from './fork-world.ts';
import type { Figure } from './measure.ts';
import type { SubjectReport } from './retrieval-subject-process.ts';
import { type RetrievalSubject, subjects } from './retrieval-subjects.ts';
import { dimensions, questions } from './retrieval-vectors.ts';

interface Row {
  readonly subject: RetrievalSubject;
  readonly builtMs: number;
  readonly served: NonNullable<SubjectReport['served']>;
}

/** Libraries side by side over the same vectors, one after the other and each in processes of its own. */
export async function compareSubjects(size: number): Promise<readonly Figure[]> {
  const path = await mkdtemp(join(tmpdir(), 'polyphon-vectors-'));
  const title = `${size} x ${dimensions}`;
  const rows: Row[] = [];
  const absent: Figure[] = [];
  try {
    await inProcess('vectors', path, size);
    for (const subject of subjects) {
      if (size > subject.most) {
        absent.push({ what: `${title}: ${subject.name} is not measured above`, value: subject.most, unit: 'chunks' });
        continue;
      }
      const { missing, builtMs = 0 } = await inProcess('build', path, size, subject);
      if (missing !== undefined) {
        absent.push({ what: `${title}: ${subject.name} is not installed: ${missing}`, value: 0, unit: '' });
        continue;
      }
      const { served } = await inProcess('serve', path, size, subject);
      if (served !== undefined) rows.push({ subject, builtMs, served });
    }
  } finally {
    await rm(path, { recursive: true, force: true });
  }
  return [...columns.flatMap((column) => rows.flatMap((row) => figureOf(title, size, column, row))), ...absent];
}

interface Column {
  readonly what: string;
  readonly unit: string;
  readonly of: (row: Row) => number | undefined;
  /** What ours should be. */
  readonly goal?: { readonly from: number; readonly op: '<=' | '>='; readonly value: number };
}

const columns: readonly Column[] = [
  { what: 'built and written', unit: 's', of: ({ builtMs }) => (builtMs < 1 ? undefined : builtMs / 1000) },
  { what: 'loaded', unit: 'ms', of: ({ served }) => served.loadMs },
  { what: 'question, p50', unit: 'ms', of: ({ served }) => served.p50 },
  {
    what: 'question, p99',
    unit: 'ms',
    of: ({ served }) => served.p99,
    goal: { from: 100_000, op: '<=', value: 15 },
  },
  {
    what: 'recall@10',
    unit: '',
    of: ({ served }) => served.recall,
    goal: { from: 0, op: '>=', value: 0.95 },
  },
  { what: 'resident memory', unit: 'MB', of: ({ served }) => served.residentMb },
  {
    what: 'asked before a minute was over',
    unit: '',
    of: ({ served }) => (served.asked < questions ? served.asked : undefined),
  },
];

function figureOf(title: string, size: number, column: Column, row: Row): readonly Figure[] {
  const value = column.of(row);
  if (value === undefined) return [];
  const { goal } = column;
  const judged = goal !== undefined && row.subject.name === 'polyphon' && size >= goal.from;
  return [
    {
      what: `${title}, ${column.what}: ${row.subject.name}`,
      value,
      unit: column.unit,
      ...(judged ? { goal: { op: goal.op, value: goal.value } } : {}),
    },
  ];
}

async function inProcess(
  step: 'vectors' | 'build' | 'serve',
  path: string,
  size: number,
  subject?: RetrievalSubject,
): Promise<SubjectReport> {
  const child = fork(
    fileURLToPath(new URL('./retrieval-subject-process.ts', import.meta.url)),
    [step, path, `${size}`, subject?.name ?? ''],
    { execArgv: ['--expose-gc', '--max-old-space-size=4096'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  return messageOf<SubjectReport>(child);
}
