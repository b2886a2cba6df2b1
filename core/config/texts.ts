import { readdirSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { type LocalizedText, PolyphonError } from '../contract/index.ts';
import { defaultText } from './default-texts.ts';
import { insidePath, readSmallFile } from './folder-file.ts';
import type { Problem } from './problems.ts';
import { decodeUtf8 } from './read-source.ts';
import { placeInScalar } from './scalar-place.ts';
import { type Place, SourceText } from './source-text.ts';
import type { CheckedText, TextChecker } from './text-checker.ts';
import { type Node, nodeAt, type Path, placeAt } from './tree.ts';

const maxTextBytes = 262_144;

export interface Languages {
  readonly default: string;
  readonly supported: readonly string[];
}

/**
 * Turns texts as written into texts by language: a text stands for the default language, `name.md` is a file that
 * `name.<language>.md` beside it translates, a map has either by language.
 * A relative path belongs to the folder of the file that says it: a template's `prompts/x.md` lies beside the template.
 */
export class TextReader {
  readonly problems: Problem[] = [];
  /** Absolute paths of files that were read. */
  readonly files = new Set<string>();
  readonly #tree: Node;
  readonly #languages: Languages;
  readonly #checker: TextChecker;
  readonly #folders = new Map<string, readonly string[]>();
  readonly #texts = new Map<string, string | Pick<Problem, 'code' | 'summary' | 'detail'>>();
  readonly #checked = new Set<string>();

  constructor(tree: Node, languages: Languages, checker: TextChecker) {
    this.#tree = tree;
    this.#checker = checker;
    this.#languages = languages;
  }

  /** Undefined when there are problems with it. `value` is what stands at `path`, references replaced. */
  read(path: Path, value: unknown): LocalizedText | undefined {
    const before = this.#errors();
    const texts: Record<string, string> = {};
    if (typeof value === 'string') Object.assign(texts, this.#text(path, value, 'variants'));
    else {
      for (const [language, text] of Object.entries(value as Readonly<Record<string, unknown>>)) {
        if (language.startsWith('x-')) continue;
        // The schema has said so already.
        if (typeof text !== 'string') return undefined;
        const read = this.#text([...path, language], text, 'one');
        const only = read[this.#languages.default];
        if (only !== undefined) texts[language] = only;
      }
    }
    if (this.#errors() > before) return undefined;
    if (texts[this.#languages.default] === undefined) {
      this.#problem(
        'BOT1031',
        placeAt(this.#tree, path),
        `the text is missing in "${this.#languages.default}", the bot's default language`,
        `add \`${this.#languages.default}:\`, or change \`languages.default\``,
      );
      return undefined;
    }
    return texts;
  }

  /** The text, and for a file also its translations. */
  #text(path: Path, value: string, spread: 'variants' | 'one'): Readonly<Record<string, string>> {
    const node = nodeAt(this.#tree, path);
    const place = node?.place ?? placeAt(this.#tree, path);
    const written = node?.kind === 'scalar' ? node.value : undefined;
    const { default: language, supported } = this.#languages;
    // What a reference brings in is text, never the name of a file.
    if (written !== value || !isFileName(value)) {
      if (written === value && looksLikeFile(value)) this.problems.push({ place, ...saidAsItStands });
      const scalar = node?.kind === 'scalar' && written === value ? node : undefined;
      this.#checkTemplate(value, ({ start, end, of }) =>
        scalar === undefined || of === 'text' ? place : placeInScalar(scalar, start, end),
      );
      return { [language]: value };
    }
    const directory = dirname(place.source.path);
    const inside = insidePath(value);
    if (inside === undefined) {
      this.#problem(
        'BOT1025',
        place,
        'the path leads out of the folder',
        'keep the file inside the folder, and name it relative to it',
      );
      return {};
    }
    const names = this.#folder(posix.join(directory, dirname(inside)));
    const texts: Record<string, string> = {};
    const wanted = spread === 'one' ? [] : [...new Set([language, ...supported])];
    for (const each of wanted) {
      const variant = inside.replace(/\.md$/, `.${each}.md`);
      if (!names.includes(posix.basename(variant))) continue;
      const text = this.#file(directory, variant, place);
      if (text !== undefined) texts[each] = text;
    }
    if (texts[language] === undefined || names.includes(posix.basename(inside))) {
      const text = this.#file(directory, inside, place);
      if (text !== undefined) texts[language] ??= text;
    }
    return texts;
  }

  #file(directory: string, name: string, place: Place): string | undefined {
    const path = posix.join(directory, name);
    const text = this.#texts.get(path) ?? readTextFile(directory, name);
    this.#texts.set(path, text);
    if (typeof text !== 'string') {
      this.problems.push({ severity: 'error', place, ...text });
      return undefined;
    }
    this.files.add(path);
    // Reported where it is written: in the `.md` file.
    const source = new SourceText(path, text);
    if (!this.#checked.has(path)) this.#checkTemplate(text, ({ start, end }) => ({ source, start, end }));
    this.#checked.add(path);
    return text;
  }

  #checkTemplate(text: string, placeOf: (found: CheckedText) => Place): void {
    for (const found of this.#checker.check(text)) {
      const { start: _start, end: _end, of: _of, ...problem } = found;
      this.problems.push({ place: placeOf(found), ...problem });
    }
  }

  #errors(): number {
    return this.problems.filter(({ severity }) => severity === 'error').length;
  }

  #folder(path: string): readonly string[] {
    const known = this.#folders.get(path) ?? namesOf(path);
    this.#folders.set(path, known);
    return known;
  }

  #problem(code: Problem['code'], place: Place, summary: string, detail: string): void {
    this.problems.push({ severity: 'error', code, place, summary, detail });
  }
}

/** A bare word may name one of the bot's prompts, as in `say: still_there`. */
export function namedPrompt(
  value: unknown,
  prompts: Readonly<Record<string, LocalizedText>>,
  languages: Languages,
): LocalizedText | undefined {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9_-]*$/.test(value)) return undefined;
  return Object.hasOwn(prompts, value) ? prompts[value] : defaultText(value, languages);
}

function namesOf(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The name of a file of a kind that is not read. */
function looksLikeFile(value: string): boolean {
  return /^[\w./-]+\.(txt|md|markdown|html?|docx?|rst|ya?ml|json)$/i.test(value);
}

const saidAsItStands = {
  severity: 'warning',
  code: 'BOT1040',
  summary: 'people would read the name of this file: texts come from .md files only',
  detail: 'name a file that ends in .md, or write the text here',
} as const;

function isFileName(value: string): boolean {
  return /^\S+\.md$/.test(value);
}

function readTextFile(directory: string, name: string): string | Pick<Problem, 'code' | 'summary' | 'detail'> {
  try {
    const text = decodeUtf8(readSmallFile(directory, name, { maxBytes: maxTextBytes, hidden: 'refuse' }));
    if (text === undefined) {
      return { code: 'BOT1014', summary: `${name} is not UTF-8 text`, detail: 'save it as UTF-8 in your editor' };
    }
    return text.trimEnd();
  } catch (error) {
    if (!(error instanceof PolyphonError)) throw error;
    if (error.code === 'BOT1025') {
      return {
        code: 'BOT1025',
        summary: `${name} is a link that leads out of the folder`,
        detail: 'put the file itself into the folder',
      };
    }
    return {
      code: 'BOT1026',
      summary: `the file ${name} cannot be read`,
      detail: `create it, correct the path, or shorten it: at most ${maxTextBytes} bytes are read`,
    };
  }
}
