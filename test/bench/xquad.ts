import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface XquadQuestion {
  readonly text: string;
  /** Position of the paragraph that answers. */
  readonly paragraph: number;
}

/** 240 paragraphs and 1,190 questions, the same in each language. */
export async function readXquad(
  language: string,
): Promise<{ readonly paragraphs: readonly string[]; readonly questions: readonly XquadQuestion[] }> {
  const path = fileURLToPath(new URL(`../fixtures/retrieval/xquad.${language}.json`, import.meta.url));
  const { data } = JSON.parse(await readFile(path, 'utf8')) as {
    data: { paragraphs: { context: string; qas: { question: string }[] }[] }[];
  };
  const all = data.flatMap((article) => article.paragraphs);
  return {
    paragraphs: all.map(({ context }) => context.replace(/\s+/g, ' ')),
    questions: all.flatMap(({ qas }, paragraph) => qas.map(({ question }) => ({ text: question, paragraph }))),
  };
}

export async function xquadTexts(languages: readonly string[]): Promise<readonly string[]> {
  return (await Promise.all(languages.map(readXquad))).flatMap(({ paragraphs }) => paragraphs);
}
