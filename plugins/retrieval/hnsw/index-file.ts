import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What stands beside an index file and is checked before it is loaded. */
export interface IndexFacts {
  readonly format: 2;
  readonly tenantId: string;
  readonly embeddingId: string;
  readonly dimensions: number;
  readonly labels: readonly number[];
}

interface Sidecar extends IndexFacts {
  /** Of the index file and these facts, hex: labels of which a digit has changed would belong to other chunks. */
  readonly sha256: string;
}

/** Why a file is not used. */
type WhyNot = 'none' | 'missing' | 'unreadable' | 'damaged' | 'foreign';

/** Bytes hashed between two turns of the event loop: 0.3 ms where the processor has an instruction for it, 1 ms elsewhere. */
const hashAtOnce = 256 * 1024;

/**
 * An index on the disk that can be rebuilt at any time. It is written under another name, synced and renamed, and its SHA-256 lies
 * beside it: a crash, a flipped bit or another tenant's file is noticed before native code reads it.
 */
export class IndexFile {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get path(): string {
    return join(this.#directory, 'vectors.hnsw');
  }

  get #sidecar(): string {
    return join(this.#directory, 'vectors.json');
  }

  /**
   * The facts when file and sidecar are whole and belong together and to this tenant and embedding; else the reason: `none` where neither
   * is there, `missing` where one of them is gone.
   */
  async check(
    expected: { readonly tenantId: string; readonly embeddingId: string; readonly dimensions: number },
    signal: AbortSignal,
  ): Promise<{ readonly facts: IndexFacts } | { readonly reason: WhyNot }> {
    let facts: Partial<Sidecar>;
    try {
      facts = JSON.parse(await readFile(this.#sidecar, { encoding: 'utf8', signal })) as Partial<Sidecar>;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SyntaxError) return { reason: 'damaged' };
      return { reason: isAbsent(error) && !existsSync(this.path) ? 'none' : whyUnread(error) };
    }
    if (!isSidecar(facts)) return { reason: 'damaged' };
    const own =
      facts.tenantId === expected.tenantId &&
      facts.embeddingId === expected.embeddingId &&
      facts.dimensions === expected.dimensions;
    if (!own) return { reason: 'foreign' };
    const { format, tenantId, embeddingId, dimensions, labels, sha256 } = facts;
    const known: IndexFacts = { format, tenantId, embeddingId, dimensions, labels };
    // Reading 100,000 labels takes 5 ms, and summing them as much.
    await nextTurn();
    try {
      const sum = await this.#sumOf(this.path, known, signal);
      return sum === sha256 ? { facts: known } : { reason: 'damaged' };
    } catch (error) {
      signal.throwIfAborted();
      return { reason: whyUnread(error) };
    }
  }

  /** `save` writes the index to the path it is given, and tells what is in it. */
  async write(save: (path: string) => Promise<IndexFacts>, signal: AbortSignal): Promise<void> {
    await mkdir(this.#directory, { recursive: true });
    const draft = `${this.path}.new`;
    const sidecarDraft = `${this.#sidecar}.new`;
    const { format, tenantId, embeddingId, dimensions, labels } = await save(draft);
    await sync(draft);
    const facts: IndexFacts = { format, tenantId, embeddingId, dimensions, labels };
    const sidecar: Sidecar = { ...facts, sha256: await this.#sumOf(draft, facts, signal) };
    await writeFile(sidecarDraft, JSON.stringify(sidecar), { flush: true });
    // A crash between the two leaves a pair that does not fit, which is as good as none.
    await rename(draft, this.path);
    await rename(sidecarDraft, this.#sidecar);
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.#sidecar, { force: true });
  }

  async #sumOf(path: string, facts: IndexFacts, signal: AbortSignal): Promise<string> {
    const hash = createHash('sha256').update(JSON.stringify(facts));
    for await (const part of createReadStream(path, { signal, highWaterMark: hashAtOnce })) hash.update(part as Buffer);
    return hash.digest('hex');
  }
}

function whyUnread(error: unknown): WhyNot {
  return isAbsent(error) ? 'missing' : 'unreadable';
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function isSidecar(facts: Partial<Sidecar>): facts is Sidecar {
  return (
    facts.format === 2 &&
    typeof facts.tenantId === 'string' &&
    typeof facts.embeddingId === 'string' &&
    typeof facts.dimensions === 'number' &&
    typeof facts.sha256 === 'string' &&
    Array.isArray(facts.labels) &&
    facts.labels.every((label) => Number.isSafeInteger(label))
  );
}
