import { quantile, residentMb } from './measure.ts';
import { folderOf, type RetrievalSubject, subjects, type VectorSearch } from './retrieval-subjects.ts';
import { questions, VectorFolder } from './retrieval-vectors.ts';

/** What a process tells of building, or of serving. Times in ms, memory in MB. */
export interface SubjectReport {
  readonly missing?: string;
  readonly builtMs?: number;
  readonly served?: {
    readonly loadMs: number;
    readonly p50: number;
    readonly p99: number;
    readonly recall: number;
    /** Asked before its time was over. */
    readonly asked: number;
    readonly residentMb: number;
  };
}

/** Slow ones are asked as long as this, and fewer questions. */
const longestMs = 60_000;
const warmUp = 20;

/** `retrieval-subject-process.ts vectors|build|serve <folder> <size> <subject>` tells its parent one SubjectReport. */
const [step = '', path = '', count = '0', name = ''] = process.argv.slice(2);
const folder = new VectorFolder(path);
const size = Number(count);
const report = await run();
process.send?.(report, () => process.exit(0));

async function run(): Promise<SubjectReport> {
  if (step === 'vectors') {
    await folder.write(size);
    return {};
  }
  const subject = subjects.find((each) => each.name === name);
  if (subject === undefined) throw new Error(`there is no subject ${name}`);
  const before = await residentMb();
  try {
    await subject.present();
  } catch (error) {
    return { missing: error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown' };
  }
  return step === 'build' ? build(subject) : serve(subject, before);
}

async function build(subject: RetrievalSubject): Promise<SubjectReport> {
  const vectors = await folder.vectors();
  const directory = await folderOf(folder, subject);
  const from = performance.now();
  await subject.build(vectors, directory);
  return { builtMs: performance.now() - from };
}

async function serve(subject: RetrievalSubject, before: number): Promise<SubjectReport> {
  const directory = await folderOf(folder, subject);
  const asked = await folder.asked();
  const from = performance.now();
  const search = await subject.load(directory, size);
  const loadMs = performance.now() - from;
  const { times, found } = await ask(search, asked);
  if (subject === subjects[0]) await folder.writeTruth(found);
  const truth = await folder.truth();
  const hits = found.reduce((sum, labels, at) => sum + labels.filter((label) => truth[at]?.has(label)).length, 0);
  return {
    served: {
      loadMs,
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      recall: hits / (found.length * 10),
      asked: found.length,
      residentMb: (await residentMb()) - before,
    },
  };
}

async function ask(search: VectorSearch, asked: readonly Float32Array[]) {
  const times: number[] = [];
  const found: (readonly number[])[] = [];
  // Its code is compiled while it is asked the first time.
  for (const vector of asked.slice(0, size > 10_000 ? 2 : warmUp)) await search(vector);
  const until = performance.now() + longestMs;
  for (const vector of asked.slice(0, questions)) {
    const from = performance.now();
    const labels = await search(vector);
    times.push(performance.now() - from);
    found.push(labels);
    if (performance.now() > until) break;
  }
  return { times, found };
}
