import { describe, expect, it } from 'vitest';
import { readSources, type SourceFile } from './sources.ts';

const core = readSources('core/**/*.ts');
const plugins = readSources('plugins/**/*.{ts,tsx}').filter(
  (file) => !file.path.includes('/widget/') && !file.path.includes('/playground/'),
);
const schemas = readSources('schemas/*.ts');
const kit = readSources('test/kit/**/*.ts');

/** Row by row the table "Who may import whom" of core/README.md. */
const rules: readonly {
  readonly folder: string;
  readonly packages: readonly RegExp[];
  readonly folders: readonly string[];
}[] = [
  { folder: 'core/contract/', packages: [/^typebox$/], folders: ['core/contract/'] },
  {
    folder: 'core/config/',
    packages: [
      /^node:/,
      /^yaml$/,
      /^ajv/,
      /^typebox$/,
      /^re2js$/,
      /^liquidjs$/,
      /^chokidar$/,
      /^croner$/,
      /^fastest-levenshtein$/,
      /^@babel\/code-frame$/,
      /^croner$/,
      /^picocolors$/,
    ],
    folders: ['core/config/', 'core/contract/', 'schemas/'],
  },
  {
    folder: 'core/conversation/',
    packages: [/^(?!inversify|koa|@koa)/],
    folders: ['core/conversation/', 'core/contract/', 'core/store/', 'core/knowledge/sentences.ts'],
  },
  {
    folder: 'core/knowledge/',
    packages: [/^(?!inversify|koa|@koa)/],
    folders: ['core/knowledge/', 'core/contract/', 'core/store/'],
  },
  {
    folder: 'core/store/',
    packages: [/^node:/, /^kysely(\/migration)?$/, /^better-sqlite3$/],
    folders: ['core/store/', 'core/contract/'],
  },
  {
    folder: 'core/network/',
    packages: [/^node:/, /^undici$/, /^cockatiel$/, /^ipaddr\.js$/, /^nodemailer$/],
    folders: ['core/network/', 'core/contract/'],
  },
  {
    folder: 'core/observe/',
    packages: [/^node:/, /^pino$/, /^prom-client$/, /^picocolors$/],
    folders: ['core/observe/', 'core/contract/', 'core/conversation/events/event-bus.ts'],
  },
  {
    folder: 'core/kernel/',
    packages: [/^node:/, /^inversify$/, /^croner$/, /^koffi$/],
    folders: [
      'core/kernel/',
      'core/contract/',
      'core/config/',
      'core/conversation/',
      'core/knowledge/',
      'core/store/',
      'core/network/',
      'core/observe/',
      'schemas/',
    ],
  },
  {
    folder: 'core/http/',
    packages: [/^(?!inversify)/],
    folders: [
      'core/http/',
      'core/contract/',
      'core/kernel/',
      'core/observe/',
      'core/conversation/',
      'core/knowledge/',
      'core/config/',
      'core/store/',
      'schemas/',
    ],
  },
];

describe('who may import whom', () => {
  for (const rule of rules) {
    it(`${rule.folder} imports only what its row allows`, () => {
      const files = core.filter((file) => file.path.startsWith(rule.folder));
      expect(files.length, `no file lies in ${rule.folder}`).toBeGreaterThan(0);
      const wrong = files.flatMap((file) =>
        file.imports
          .filter(({ specifier, target }) =>
            target === undefined
              ? !rule.packages.some((allowed) => allowed.test(specifier))
              : !rule.folders.some((allowed) => target.startsWith(allowed)),
          )
          .map(({ specifier }) => `${file.path} imports ${specifier}`),
      );
      expect(wrong).toEqual([]);
    });
  }

  it('the contract imports nothing at run time but its own files', () => {
    const wrong = core
      .filter((file) => file.path.startsWith('core/contract/'))
      .flatMap((file) =>
        file.imports
          .filter(({ kind, target }) => kind === 'value' && target === undefined)
          .map(({ specifier }) => `${file.path} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  it('inversify is imported by one file', () => {
    const importers = [...core, ...plugins].filter((file) =>
      file.imports.some(({ specifier }) => specifier === 'inversify'),
    );
    expect(importers.map((file) => file.path)).toEqual(['core/kernel/container.ts']);
  });

  it('a plugin imports polyphon/plugin, its SDK and its own files', () => {
    const wrong = plugins.flatMap((file) => {
      const own = `${file.path.split('/').slice(0, 3).join('/')}/`;
      return file.imports
        .filter(({ specifier, target }) => {
          if (specifier === 'polyphon/plugin') return false;
          if (target === undefined) return /^(inversify|koa|@koa\/|polyphon)/.test(specifier);
          return !target.startsWith(own);
        })
        .map(({ specifier }) => `${file.path} imports ${specifier}`);
    });
    expect(wrong).toEqual([]);
  });

  it('no file is in an import cycle, types included', () => {
    const files = new Map([...core, ...plugins, ...schemas, ...kit].map((file) => [file.path, file]));
    expect(cyclesIn(files)).toEqual([]);
  });

  it('only main.ts reads the environment, and only it imports reflect-metadata', () => {
    const sources = [...core, ...plugins, ...schemas];
    expect(sources.filter((file) => /\bprocess\.env\b/.test(file.text)).map((file) => file.path)).toEqual([
      'core/main.ts',
    ]);
    expect(
      sources
        .filter((file) => file.imports.some(({ specifier }) => specifier === 'reflect-metadata'))
        .map((file) => file.path),
    ).toEqual(['core/main.ts']);
  });
});

function cyclesIn(files: ReadonlyMap<string, SourceFile>): readonly string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const { target } of files.get(path)?.imports ?? []) {
      if (target !== undefined && files.has(target)) visit(target, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  return cycles;
}
