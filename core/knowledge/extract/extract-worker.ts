import { parentPort } from 'node:worker_threads';
import { PolyphonError } from '../../contract/index.ts';
import { type ExtractRequest, extract } from './extract.ts';
import type { WorkerAnswer } from './worker-answer.ts';

parentPort?.on('message', (request: ExtractRequest) => {
  void answer(request).then((message) => parentPort?.postMessage(message));
});

async function answer(request: ExtractRequest): Promise<WorkerAnswer> {
  try {
    return { ok: 'yes', text: await extract(request) };
  } catch (error) {
    // `extract` throws nothing else; what it could not foresee is told as a damaged file.
    const known = error instanceof PolyphonError ? error : undefined;
    return {
      ok: 'no',
      code: known?.code ?? 'KNW8003',
      message: known?.message ?? 'The document cannot be read. Save it again and replace the file.',
    };
  }
}
