import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Passage } from 'polyphon/plugin';

const knowledge = fileURLToPath(new URL('../../../../bots/sonnenwerk/knowledge/', import.meta.url));

/** The documents of one bot as passages, one a section or row: what retrieval chooses from. */
export function sonnenwerkPassages(): readonly Passage[] {
  const passages: Passage[] = [];
  for (const entry of readdirSync(knowledge, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (entry.endsWith('.md')) passages.push(...markdownPassages(entry, readFileSync(join(knowledge, entry), 'utf8')));
    if (entry.endsWith('.txt')) passages.push(passage(entry, entry, [], readFileSync(join(knowledge, entry), 'utf8')));
    if (entry.endsWith('.html')) passages.push(...htmlPassages(entry, readFileSync(join(knowledge, entry), 'utf8')));
    if (entry.endsWith('.csv')) passages.push(...rowPassages(entry, readFileSync(join(knowledge, entry), 'utf8')));
  }
  return passages;
}

/** A stand-in for retrieval: passages that share letter triples with the query, the rare ones counting most. */
export function retrieve(passages: readonly Passage[], query: string, limit: number): readonly Passage[] {
  const wanted = triples(query);
  const having = passages.map((candidate) =>
    triples(`${candidate.title} ${candidate.headings.join(' ')} ${candidate.text}`),
  );
  const weights = new Map(
    [...wanted].map((triple) => [
      triple,
      Math.log((1 + passages.length) / (0.5 + having.filter((has) => has.has(triple)).length)),
    ]),
  );
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return passages
    .map((candidate, index) => {
      const has = having[index];
      const shared = [...weights].reduce((sum, [triple, weight]) => sum + (has?.has(triple) === true ? weight : 0), 0);
      return { ...candidate, score: total === 0 ? 0 : shared / total };
    })
    .filter(({ score }) => score >= 0.15)
    .toSorted((left, right) => right.score - left.score)
    .slice(0, limit);
}

function triples(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const padded = ` ${word} `;
    for (let start = 0; start + 3 <= padded.length; start++) found.add(padded.slice(start, start + 3));
  }
  return found;
}

export function passage(document: string, title: string, headings: readonly string[], text: string): Passage {
  return {
    chunk: `${document}#${headings.join('/')}`,
    document,
    source: 'ratgeber',
    title,
    headings,
    text: text.trim(),
    score: 0.7,
    scores: { fused: 0.7 },
    language: 'de',
  };
}

function markdownPassages(document: string, text: string): readonly Passage[] {
  const title = /^# (.*)$/m.exec(text)?.[1] ?? document;
  const [intro = '', ...sections] = text.replace(/^# .*$/m, '').split(/^## /m);
  return [
    ...(intro.trim() === '' ? [] : [passage(document, title, [title], intro)]),
    ...sections.map((section) => {
      const [heading = '', ...body] = section.split('\n');
      return passage(document, title, [title, heading.trim()], body.join('\n'));
    }),
  ];
}

function htmlPassages(document: string, text: string): readonly Passage[] {
  return [...text.matchAll(/<h2>(.*?)<\/h2>\s*<p>(.*?)<\/p>/gs)].map(([, heading = '', body = '']) =>
    passage(document, 'Häufige Fragen', ['Häufige Fragen', heading], body),
  );
}

function rowPassages(document: string, text: string): readonly Passage[] {
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line, row) => {
      const cells = [...line.matchAll(/"([^"]*)"|([^,]+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      const [article, group, price, yields, warranty, delivery] = cells;
      return {
        ...passage(
          document,
          'Produkte',
          [],
          `${article} (${group}) kostet ${price} Euro und bietet ${yields}; Garantie: ${warranty}, Lieferzeit: ${delivery}.`,
        ),
        chunk: `${document}#${row}`,
        source: 'produkte',
        row: row + 1,
      };
    });
}
