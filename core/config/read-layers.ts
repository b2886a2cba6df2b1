import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { leftEmpty } from './left-empty.ts';
import { unknownPart } from './lock-paths.ts';
import { type Lock, lockProblems, mergeTrees } from './merge-trees.ts';
import { nearest } from './nearest.ts';
import { type ParsedFile, parseYaml } from './parse-yaml.ts';
import type { Problem } from './problems.ts';
import { namesIn, readSource, wholeFile } from './read-source.ts';
import type { Place, SourceText } from './source-text.ts';
import type { MapNode, Node } from './tree.ts';

/** The files of a definition merged into one tree. */
export interface Layers {
  /** Undefined when a file cannot be used at all. */
  readonly root: MapNode | undefined;
  readonly problems: readonly Problem[];
  /** Absolute, in the order they were read; the bot's own file first. */
  readonly files: readonly InputFile[];
}
export interface InputFile {
  readonly source: SourceText;
  /** SHA-256 of its bytes, hex. */
  readonly hash: string;
  /** The name of the template, where it is one. */
  readonly template?: string;
}

/** `polyphon: 1` */
const languageVersion = 1;
const maxTemplates = 32;
const templateName = /^_[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9._-]*)+$/;

interface ReadFile extends InputFile {
  readonly parsed: ParsedFile;
}

/** Reads and parses files of definitions; templates, which many bots share, are parsed once until they change. */
export class LayerReader {
  readonly #botsDirectory: string;
  readonly #overlays: readonly string[];
  readonly #templates = new Map<string, ReadFile>();

  constructor(options: { readonly botsDirectory: string; readonly environmentName?: string }) {
    this.#botsDirectory = options.botsDirectory;
    this.#overlays = [
      ...(options.environmentName === undefined ? [] : [`bot.${options.environmentName}.yaml`]),
      'bot.local.yaml',
    ].filter((name, index, all) => all.indexOf(name) === index);
  }

  /** The bot's own files as they are now: `bot.yaml` and the overlays that exist. */
  readOwn(tenantId: string): { readonly files: readonly InputFile[]; readonly problems: readonly Problem[] } {
    const directory = join(this.#botsDirectory, tenantId);
    const read = ['bot.yaml', ...this.#overlays].map((name) => readSource(directory, name));
    const files: InputFile[] = [];
    const problems: Problem[] = [];
    for (const [index, file] of read.entries()) {
      if (file?.problem !== undefined) problems.push(file.problem);
      else if (file !== undefined) files.push({ source: file.source, hash: hashOf(file.bytes) });
      else if (index === 0) {
        problems.push(
          wholeFile(
            join(directory, 'bot.yaml'),
            'BOT1018',
            'the folder has no bot.yaml',
            existsSync(join(directory, 'bot.yml'))
              ? 'rename bot.yml to bot.yaml'
              : 'create it, or remove the folder; a folder that is no bot begins with _',
          ),
        );
      }
    }
    return { files, problems };
  }

  /** A template's file as it is now; undefined when there is none. */
  readTemplate(name: string): ReadFile | { readonly problem: Problem } | undefined {
    const read = readSource(this.#botsDirectory, `${name}.yaml`);
    if (read === undefined || read.problem !== undefined) return read;
    const hash = hashOf(read.bytes);
    const known = this.#templates.get(name);
    if (known?.hash === hash) return known;
    const file = { source: read.source, hash, template: name, parsed: parseYaml(read.source) };
    this.#templates.set(name, file);
    return file;
  }

  merge(own: readonly InputFile[]): Layers {
    const merging = new Merging(this, this.#botsDirectory);
    return merging.run(own);
  }
}

class Merging {
  readonly #reader: LayerReader;
  readonly #botsDirectory: string;
  readonly #problems: Problem[] = [];
  readonly #files = new Map<string, InputFile>();

  constructor(reader: LayerReader, botsDirectory: string) {
    this.#reader = reader;
    this.#botsDirectory = botsDirectory;
  }

  run(own: readonly InputFile[]): Layers {
    let merged: { root: MapNode; locks: readonly Lock[] } | undefined;
    let usable = true;
    for (const [index, file] of own.entries()) {
      this.#files.set(file.source.path, file);
      const root = this.#root(parseYaml(file.source), file.source, index === 0 ? 'bot' : 'layer');
      if (root === undefined) usable = false;
      else if (index === 0) merged = this.#extend(root, []);
      else if (merged !== undefined) merged = this.#overlay(merged, root);
    }
    return { root: usable ? merged?.root : undefined, problems: this.#problems, files: [...this.#files.values()] };
  }

  /** The top map of a file that speaks our version. */
  #root({ root, problems }: ParsedFile, source: SourceText, role: 'bot' | 'layer'): MapNode | undefined {
    this.#problems.push(...problems);
    if (root?.kind !== 'map') return undefined;
    const version = root.entries.get('polyphon')?.node;
    if (version === undefined) {
      if (role === 'layer') return root;
      const place = { source, start: root.place.start, end: root.place.start };
      this.#problem('BOT1013', place, 'the version of the language is missing', 'begin the file with `polyphon: 1`');
    } else if (version.kind !== 'scalar' || version.value !== languageVersion) {
      const summary = 'this version of the language is not known';
      this.#problem(
        'BOT1013',
        version.place,
        summary,
        `write \`polyphon: ${languageVersion}\`; a file of a newer version needs a newer Polyphon`,
      );
      return undefined;
    }
    return root;
  }

  #extend(root: MapNode, chain: readonly string[]): { root: MapNode; locks: readonly Lock[] } {
    let base: MapNode | undefined;
    const locks: Lock[] = [];
    for (const [name, place] of this.#names(root, 'extends')) {
      const template = this.#template(name, place, chain);
      if (template === undefined) continue;
      base = this.#merge(base, template.root, locks);
      locks.push(...template.locks);
    }
    const merged = this.#merge(base, without(root, ['extends', 'lock']), locks);
    const added = this.#names(root, 'lock').map(([name, place]) => this.#lock(name, place));
    return { root: merged, locks: [...locks, ...added] };
  }

  #merge(base: MapNode | undefined, over: MapNode, locks: readonly Lock[]): MapNode {
    const merged = mergeTrees(base, over);
    if (base !== undefined) {
      this.#problems.push(...lockProblems(base, over, merged, locks), ...leftEmpty(base, over));
    }
    return merged;
  }

  /** A lock on a path that cannot be would leave the right one open, and nobody would know. */
  #lock(name: string, place: Place): Lock {
    const path = name.split('.');
    const unknown = unknownPart(path);
    if (unknown !== undefined) {
      const { part, known } = unknown;
      const near = nearest(part, known);
      const there =
        known.length === 0 ? 'correct the path, as in llm.budget' : `known there: ${known.slice(0, 30).join(', ')}`;
      this.#problem('BOT1007', place, `"${name}" locks nothing: the language has no "${part}" there`, there, near);
    }
    return { path, place };
  }

  #overlay(below: { root: MapNode; locks: readonly Lock[] }, root: MapNode): { root: MapNode; locks: readonly Lock[] } {
    for (const key of ['extends', 'lock']) {
      const entry = root.entries.get(key);
      if (entry !== undefined) {
        this.#problem('BOT1011', entry.key, `"${key}" cannot stand in an overlay`, 'move it to bot.yaml');
      }
    }
    return { root: this.#merge(below.root, without(root, ['extends', 'lock']), below.locks), locks: below.locks };
  }

  #template(
    written: string,
    place: Place,
    chain: readonly string[],
  ): { root: MapNode; locks: readonly Lock[] } | undefined {
    const name = written.replace(/\.yaml$/, '');
    if (!templateName.test(name) || name.includes('..')) {
      this.#problem(
        'BOT1015',
        place,
        `"${written}" is not the name of a template`,
        'templates lie in folders that begin with _, as in _templates/base',
      );
      return undefined;
    }
    if (chain.includes(name)) {
      const circle = [...chain.slice(chain.indexOf(name)), name].join(' -> ');
      this.#problem('BOT1016', place, 'templates extend each other in a circle', `remove one of the steps: ${circle}`);
      return undefined;
    }
    if (this.#files.size >= maxTemplates) {
      this.#problem('BOT1002', place, `more than ${maxTemplates} files go into this bot`, 'extend fewer templates');
      return undefined;
    }
    const file = this.#reader.readTemplate(name);
    if (file === undefined) {
      const folder = dirname(name);
      const names = namesIn(join(this.#botsDirectory, `${name}.yaml`), '.yaml').map((each) => `${folder}/${each}`);
      const suggestion = nearest(name, names);
      const detail =
        names.length === 0 ? `there is no template in ${folder}/` : `templates there: ${names.slice(0, 20).join(', ')}`;
      this.#problem('BOT1015', place, `there is no template "${name}"`, detail, suggestion);
      return undefined;
    }
    if ('problem' in file) {
      this.#problems.push(file.problem);
      return undefined;
    }
    const first = !this.#files.has(file.source.path);
    this.#files.set(file.source.path, file);
    // A template reached twice has its own mistakes reported once.
    const root = this.#root(first ? file.parsed : { ...file.parsed, problems: [] }, file.source, 'layer');
    return root === undefined ? undefined : this.#extend(root, [...chain, name]);
  }

  /** The texts of a list, or of one entry without its brackets. */
  #names(root: MapNode, key: 'extends' | 'lock'): readonly (readonly [name: string, place: Place])[] {
    const node = root.entries.get(key)?.node;
    if (node === undefined) return [];
    const items: readonly Node[] = node.kind === 'list' ? node.items : [node];
    return items.flatMap((item) => {
      if (item.kind === 'scalar' && typeof item.value === 'string') return [[item.value, item.place] as const];
      if (item.kind === 'scalar' && item.value === null && node.kind !== 'list') return [];
      this.#problem(
        'BOT1006',
        item.place,
        `a name is expected in \`${key}\``,
        key === 'lock' ? 'write a path, as in llm.budget' : 'write the name of a template, as in _templates/base',
      );
      return [];
    });
  }

  #problem(code: Problem['code'], place: Place, summary: string, detail: string, suggestion?: string): void {
    this.#problems.push({
      severity: 'error',
      code,
      place,
      summary,
      detail,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }
}

function without(root: MapNode, keys: readonly string[]): MapNode {
  return { ...root, entries: new Map([...root.entries].filter(([key]) => !keys.includes(key))) };
}

export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
