import { stringify } from 'yaml';
import { starters } from './starters.ts';

export interface NewBot {
  readonly tenantId: string;
  /** As people read it. */
  readonly name: string;
  /** One of the starters' languages. */
  readonly language: string;
  /** Template that the bot extends, as in `_templates/base`; undefined for one that stands alone. */
  readonly template: string | undefined;
}

/** The files of a new bot by their path in its folder: it validates, answers and passes its test as it stands. */
export function botFiles({ name, language, template }: NewBot): ReadonlyMap<string, string> {
  const starter = starters[language] ?? starters['en'];
  if (starter === undefined) return new Map();
  const definition = [
    '# yaml-language-server: $schema=../../schemas/bot.schema.json',
    'polyphon: 1',
    line('name', literally(name)),
    ...(template === undefined ? [] : [line('extends', [template])]),
    line('languages', { default: language, supported: [language], detect: false }),
    '',
    'prompts:',
    '  system: prompts/system.md',
    `  ${line('greeting', starter.greeting)}`,
    `  ${line('unknown', starter.unknown)}`,
    `  ${line('failure', starter.failure)}`,
    '',
    '# Put your documents into knowledge/: Markdown, text, HTML, PDF, Word (docx), tables (csv, tsv, xlsx).',
    'knowledge:',
    '  documents: { use: files, with: { path: "knowledge/**/*.{md,txt,html,pdf,docx,csv,tsv,xlsx}" } }',
    '',
    'channels:',
    '  web: { use: web-chat }',
    '',
    'tests: tests/*.yaml',
    '',
  ].join('\n');
  const tests = [
    '# yaml-language-server: $schema=../../../schemas/test.schema.json',
    'polyphon: 1',
    'cases:',
    '  - name: the sample document answers',
    '    turns:',
    `      - ${line('user', starter.question)}`,
    `        expect: ${flow({ contains: [starter.answer], cites: ['documents'], language })}`,
    '',
  ].join('\n');
  return new Map([
    ['bot.yaml', definition],
    ['prompts/system.md', `${starter.system}\n`],
    [
      'knowledge/sample.md',
      [`# ${name}\n`, ...starter.document.map(([heading, text]) => `## ${heading}\n\n${text}\n`)].join('\n'),
    ],
    ['tests/first.yaml', tests],
  ]);
}

/** A text in which nothing is a reference. */
function literally(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** `key: value` on one line, quoted where it must be. */
function line(key: string, value: unknown): string {
  return `${key}: ${flow(value)}`;
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
