import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { listSource, never, openHashed, openKnowledge, openRetrieval } from '../core/knowledge/tenant-knowledge.ts';

interface Question {
  readonly text: string;
  readonly document: string;
}

/** XQuAD: the paragraph is the document. */
async function readXquad(language: string) {
  const path = fileURLToPath(new URL(`../fixtures/retrieval/xquad.${language}.json`, import.meta.url));
  const { data } = JSON.parse(await readFile(path, 'utf8')) as {
    data: { paragraphs: { context: string; qas: { question: string }[] }[] }[];
  };
  const paragraphs = data.flatMap((article) => article.paragraphs);
  const questions = paragraphs.flatMap(({ qas }, index) =>
    qas.map(({ question }): Question => ({ text: question, document: `p${index}.txt` })),
  );
  const files = paragraphs.map(({ context }, index) => ({
    id: `p${index}.txt`,
    content: context.replace(/\s+/g, ' '),
    mediaType: 'text/plain',
  }));
  return { files, questions };
}

const modes = [
  ['words and vectors', {}],
  ['vectors only', { hybrid: false }],
  ['words only', { vectorWeight: 0 }],
] as const;

/**
 * Recall on XQuAD with what a bot has by default, and how well the score tells questions that the documents answer from those they
 * do not: for the latter the answer's paragraph is left out.
 */
export async function run(): Promise<void> {
  console.log('XQuAD, 240 paragraphs, 1,190 questions, embedding hashed');
  console.log('language  search             recall@1  recall@5  p50 ms  p99 ms');
  for (const language of ['en', 'de', 'es']) {
    const { files, questions } = await readXquad(language);
    await using bench = await openKnowledge();
    const embedding = await openHashed();
    const startedMs = performance.now();
    await bench.knowledge.ingest(
      { tenantId: 'xquad', sources: new Map([['paragraphs', listSource(files)]]), embedding, languages: [language] },
      { mode: 'apply' },
      never,
    );
    const ingestMs = performance.now() - startedMs;
    for (const [name, config] of modes) {
      await using open = await openRetrieval(bench, 'xquad', { config: { topK: 10, ...config }, embedding });
      let first = 0;
      let five = 0;
      const times: number[] = [];
      for (const { text, document } of questions) {
        const from = performance.now();
        const found = await open.retrieval.search({ text, language, below: 'keep' }, never);
        times.push(performance.now() - from);
        const documents = [...new Set(found.map((passage) => passage.document))];
        if (documents[0] === document) first += 1;
        if (documents.slice(0, 5).includes(document)) five += 1;
      }
      times.sort((a, b) => a - b);
      const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(2).padStart(6);
      const share = (count: number) => (count / questions.length).toFixed(3).padStart(8);
      console.log(`${language.padEnd(9)} ${name.padEnd(18)} ${share(first)}  ${share(five)}  ${at(0.5)}  ${at(0.99)}`);
    }
    await printUnanswerable(language, bench, embedding, questions);
    console.log(`          ingest ${ingestMs.toFixed(0)} ms, ${await bench.knowledge.chunkCount('xquad')} chunks`);
  }
}

type Bench = Awaited<ReturnType<typeof openKnowledge>>;

/** The best score of a question with all paragraphs, and without any chunk of its own paragraph. */
async function printUnanswerable(
  language: string,
  bench: Bench,
  embedding: Awaited<ReturnType<typeof openHashed>>,
  questions: readonly Question[],
): Promise<void> {
  await using open = await openRetrieval(bench, 'xquad', { config: { topK: 20 }, embedding });
  let refused = 0;
  let recognised = 0;
  for (const { text, document } of questions) {
    const found = await open.retrieval.search({ text, language, below: 'keep', limit: 20 }, never);
    const best = (passages: typeof found) => Math.max(0, ...passages.map((passage) => passage.score));
    if (best(found) < 0.35) refused += 1;
    if (best(found.filter((passage) => passage.document !== document)) < 0.35) recognised += 1;
  }
  const percent = (count: number) => `${((100 * count) / questions.length).toFixed(1)} %`;
  console.log(
    `          minScore 0.35: unanswerable recognised ${percent(recognised)}, answerable refused ${percent(refused)}`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await run();
