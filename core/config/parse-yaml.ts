import { Composer, type CST, type Document, isAlias, isMap, isScalar, isSeq, Parser } from 'yaml';
import type { Problem } from './problems.ts';
import type { Place, SourceText } from './source-text.ts';
import { syntaxProblem } from './syntax-problem.ts';
import type { MapEntry, Node } from './tree.ts';
import { findUnclosed } from './unclosed-sign.ts';

/** Definitions nest about ten deep; the composer and everything after it recurse. */
const maxDepth = 64;
/** After aliases are expanded. The largest definition that 256 kB of honest YAML make has about as many. */
const maxNodes = 60_000;
const forbiddenKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** A file as a tree with places, or what is wrong with it: the first syntax error only, as the others follow from it. */
export interface ParsedFile {
  /** Undefined when the file cannot be read as a map. */
  readonly root: Node | undefined;
  readonly problems: readonly Problem[];
}

/** YAML 1.2, core schema, one document, a map at its top. */
export function parseYaml(source: SourceText): ParsedFile {
  const refuse = (problem: Omit<Problem, 'severity' | 'place'>, start: number, end = start + 1): ParsedFile => ({
    root: undefined,
    problems: [{ severity: 'error', place: { source, start, end }, ...problem }],
  });

  const control = findControlCharacter(source.text);
  if (control !== -1) {
    return refuse(
      {
        code: 'BOT1001',
        summary: 'a control character stands in the file',
        detail: 'remove it; an editor that shows invisible characters finds it at this column',
      },
      control,
    );
  }
  const tokens = [...new Parser().parse(source.text)];
  const deep = findDepth(tokens);
  if (deep !== undefined) {
    return refuse(
      {
        code: 'BOT1002',
        summary: `the file nests more than ${maxDepth} levels deep`,
        detail: 'flatten it; no part of a definition needs so many levels',
      },
      deep,
    );
  }
  const documents = compose(tokens, source);
  const [document] = documents;
  const error = documents.flatMap((each) => [...each.errors, ...each.warnings])[0];
  if (error !== undefined) {
    const open = findUnclosed(tokens, error);
    if (open !== undefined) {
      return refuse(
        {
          code: 'BOT1001',
          summary: `the ${open.sign} that opens here is never closed`,
          detail: `write ${open.closing} where it ends`,
        },
        open.offset,
      );
    }
    const { start, end, ...problem } = syntaxProblem(error, source.text);
    return refuse(problem, start, end);
  }
  if (documents.length > 1) {
    return refuse(
      {
        code: 'BOT1001',
        summary: 'the file holds more than one document',
        detail: 'keep one document a file; remove the line with ---',
      },
      documents[1]?.range[0] ?? 0,
    );
  }
  if (document?.directives?.yaml.version !== undefined && document.directives.yaml.version !== '1.2') {
    return refuse(
      {
        code: 'BOT1001',
        summary: 'the file asks for another version of YAML',
        detail: 'remove the %YAML line; definitions are YAML 1.2',
      },
      Math.max(0, source.text.indexOf('%YAML')),
    );
  }
  if (document === undefined || document.contents === null) {
    return refuse({ code: 'BOT1013', summary: 'the file is empty', detail: 'begin it with `polyphon: 1`' }, 0);
  }
  const conversion = new Conversion(source);
  const root = conversion.convert(document.contents, 0);
  if (conversion.problems.length === 0 && root !== undefined && root.kind !== 'map') {
    return refuse(
      {
        code: 'BOT1006',
        summary: `the file holds ${root.kind === 'list' ? 'a list' : 'a single value'} where keys are expected`,
        detail: 'write `key: value` lines, beginning with `polyphon: 1`',
      },
      root.place.start,
      root.place.end,
    );
  }
  return { root: conversion.failed ? undefined : root, problems: conversion.problems };
}

function compose(tokens: readonly CST.Token[], source: SourceText): readonly Document.Parsed[] {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    // Else !!binary, !!set and !!omap give values that are none of YAML 1.2's, and that nothing after this knows.
    resolveKnownTags: false,
    // Compared here with a set: the library's own check is quadratic.
    uniqueKeys: false,
    prettyErrors: false,
    strict: true,
  });
  return [...composer.compose(tokens, true, source.text.length)] as Document.Parsed[];
}

type YamlNode = Exclude<Document.Parsed['contents'], null>;

class Conversion {
  readonly problems: Problem[] = [];
  /** Set when the tree must not be used at all. */
  failed = false;
  readonly #source: SourceText;
  readonly #anchors = new Map<string, YamlNode>();
  #nodes = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  convert(node: unknown, depth: number): Node | undefined {
    const yaml = node as YamlNode;
    const place = this.#place(yaml.range);
    this.#nodes += 1;
    if (depth > maxDepth || this.#nodes > maxNodes) {
      if (!this.failed) {
        this.#problem(
          'BOT1036',
          place,
          'aliases expand to more than a definition can hold',
          'write the values out, or share them with `extends`',
        );
      }
      this.failed = true;
      return undefined;
    }
    if (isAlias(yaml)) {
      const target = this.#anchors.get(yaml.source);
      if (target === undefined) {
        this.failed = true;
        this.#problem(
          'BOT1036',
          place,
          'an alias names an anchor that does not exist before it',
          'quote the value if the * is meant as text; else define the anchor with & above',
        );
        return undefined;
      }
      return this.convert(target, depth + 1);
    }
    if ('anchor' in yaml && typeof yaml.anchor === 'string') this.#anchors.set(yaml.anchor, yaml);
    if (isScalar(yaml)) {
      const { value } = yaml;
      const written = this.#source.text.slice(place.start, place.end);
      if (typeof value === 'number' && !Number.isFinite(value))
        return { kind: 'scalar', value: written, written, place };
      return { kind: 'scalar', value: value as string | number | boolean | null, written, place };
    }
    if (isSeq(yaml)) {
      const items: Node[] = [];
      for (const item of yaml.items) {
        const converted = this.convert(item, depth + 1);
        if (this.failed) return undefined;
        if (converted !== undefined) items.push(converted);
      }
      return { kind: 'list', items, place };
    }
    if (isMap(yaml)) return this.#convertMap(yaml, place, depth);
    this.failed = true;
    return undefined;
  }

  #convertMap(yaml: { readonly items: readonly unknown[] }, place: Place, depth: number): Node | undefined {
    const entries = new Map<string, MapEntry>();
    for (const item of yaml.items) {
      const pair = item as { readonly key: unknown; readonly value: unknown };
      const key = this.#key(pair.key, entries, place);
      if (key === undefined) {
        if (this.failed) return undefined;
        continue;
      }
      const node =
        pair.value === null
          ? ({ kind: 'scalar', value: null, written: '', place: key.place } as const)
          : this.convert(pair.value, depth + 1);
      if (this.failed || node === undefined) return undefined;
      entries.set(key.name, { key: key.place, node });
    }
    return { kind: 'map', entries, place };
  }

  #key(
    yaml: unknown,
    entries: ReadonlyMap<string, MapEntry>,
    map: Place,
  ): { readonly name: string; readonly place: Place } | undefined {
    const key = isAlias(yaml) ? this.#anchors.get(yaml.source) : yaml;
    const place = this.#place((yaml as Partial<YamlNode> | null)?.range ?? [map.start, map.start + 1, 0]);
    if (!isScalar(key) || key.value === null) {
      this.failed = true;
      if (this.#source.text.startsWith('{{', place.start - 1))
        this.#problem(
          'BOT1001',
          place,
          'a text that begins with {{ is not in quotes',
          'quote it, as in "{{ vars.phone }}"',
        );
      else this.#problem('BOT1001', place, 'a key must be a word or a text', 'write the key as one word, or quote it');
      return undefined;
    }
    if ('anchor' in key && typeof key.anchor === 'string') this.#anchors.set(key.anchor, key as YamlNode);
    const name = typeof key.value === 'string' ? key.value : this.#source.text.slice(place.start, place.end);
    if (name === '<<') {
      this.#problem(
        'BOT1012',
        place,
        'the merge key << is not part of the language',
        'use `extends` to share values between bots',
      );
      return undefined;
    }
    if (forbiddenKeys.has(name)) {
      this.#problem('BOT1011', place, `the key "${name}" is not allowed`, 'choose another name');
      return undefined;
    }
    const first = entries.get(name);
    if (first !== undefined) {
      this.#problem(
        'BOT1003',
        place,
        `the key "${name}" stands twice`,
        `keep one of the two; the first is in line ${this.#source.position(first.key.start).line}`,
      );
      return undefined;
    }
    return { name, place };
  }

  #place(range: readonly [number, number, number] | null | undefined): Place {
    const [start, end] = range ?? [0, 0];
    return { source: this.#source, start, end: Math.max(end, start) };
  }

  #problem(code: Problem['code'], place: Place, summary: string, detail: string): void {
    this.problems.push({ severity: 'error', code, place, summary, detail });
  }
}

/** Offset of the token that is nested too deeply. Not recursive: that is the point. */
function findDepth(tokens: readonly CST.Token[]): number | undefined {
  const waiting: [token: CST.Token, depth: number][] = tokens.map((token) => [token, 0]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [token, depth] = next;
    if (depth > maxDepth) return token.offset;
    if (token.type === 'document' && token.value !== undefined) waiting.push([token.value, depth]);
    if (token.type === 'block-map' || token.type === 'block-seq' || token.type === 'flow-collection') {
      for (const item of token.items) {
        if (item.key) waiting.push([item.key, depth + 1]);
        if (item.value) waiting.push([item.value, depth + 1]);
      }
    }
  }
  return undefined;
}

function findControlCharacter(text: string): number {
  // Everything below a space but tab, line feed and carriage return, and DEL.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/);
}
