import { parentPort } from 'node:worker_threads';
import { PolyphonError } from '../../contract/index.ts';
import { DocumentReading } from './document-reading.ts';
import type { ReaderAnswer, ReaderQuestion } from './reader-message.ts';

let reading: DocumentReading | undefined;

parentPort?.on('message', (question: ReaderQuestion) => {
  void answer(question).then((message) => {
    const packed = message.kind === 'page' ? [message.terms.entries.buffer as ArrayBuffer] : [];
    parentPort?.postMessage(message, packed);
  });
});

async function answer(question: ReaderQuestion): Promise<ReaderAnswer> {
  try {
    switch (question.kind) {
      case 'read':
        reading = await DocumentReading.open(question);
        return reading.advance();
      case 'texts':
        return reading?.takeTexts(question.texts) ?? { kind: 'end' };
      case 'next':
        return reading?.nextPage() ?? { kind: 'end' };
      default:
        return question satisfies never;
    }
  } catch (error) {
    reading = undefined;
    // Reading throws nothing else; what it could not foresee is told as a damaged file.
    const known = error instanceof PolyphonError ? error : undefined;
    return {
      kind: 'failed',
      code: known?.code ?? 'KNW8003',
      message: known?.message ?? 'The document cannot be read. Save it again and replace the file.',
    };
  }
}
