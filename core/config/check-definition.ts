import { botSchema } from '../../schemas/bot.ts';
import { PolyphonError, type TenantFolder } from '../contract/index.ts';
import { budgetProblems } from './budget-problems.ts';
import { channelNameProblems } from './channel-name-problems.ts';
import { type CheckedPlugins, checkPlugins } from './check-plugins.ts';
import { loadTexts } from './definition-texts.ts';
import { type DocumentLook, documentProblems, testFileProblems } from './document-problems.ts';
import { filterProblems } from './filter-problems.ts';
import { parseClock } from './formats.ts';
import { compileGlob } from './glob-pattern.ts';
import { hiddenSecret } from './hidden-secret.ts';
import { hoursProblems } from './hours-problems.ts';
import type { Interpolated } from './interpolate.ts';
import { notifyProblems } from './notify-problems.ts';
import type { PluginCatalogue } from './plugin-catalogue.ts';
import { mapOf, putAt, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import { mayRefer, parseReferences } from './references.ts';
import type { Subject } from './schema-finding.ts';
import { schemaProblems } from './schema-problems.ts';
import { templateProblems } from './template-problems.ts';
import { TextChecker } from './text-checker.ts';
import type { Languages } from './texts.ts';
import { type Node, nodeAt, type Path, placeAt } from './tree.ts';
import { validateWithReferences } from './validate-with-references.ts';
import { type Validation, validatorFor } from './validators.ts';
import { varsProblems } from './vars-problems.ts';
import { withoutEffect } from './without-effect.ts';

export interface CheckOptions {
  readonly tenantId: string;
  readonly catalogue: PluginCatalogue;
  readonly allowPlainSecrets: 'refuse' | 'allow';
  /** Whether the deployment has a mail server. */
  readonly mail: 'configured' | 'none';
  /** The bot's folder, where it is to be looked into for the documents that the definition reads. */
  readonly documents?: DocumentLook & { readonly folder: TenantFolder; readonly signal: AbortSignal };
}

export interface CheckedDefinition {
  readonly problems: readonly Problem[];
  /** Values of fields marked secret that no `${secret:}` gave. */
  readonly secretValues: readonly string[];
  /** Whether a secret stands in the file itself: such a definition is kept nowhere else. */
  readonly plainSecrets: 'none' | 'some';
  readonly files: readonly string[];
}

/**
 * Checks a definition against its schema and its plugins' schemas, all at once. Fills in defaults and loads texts in place,
 * in the value and in the canonical form alike; a text becomes a map by language.
 */
export async function checkDefinition(
  tree: Node,
  interpolated: Interpolated,
  options: CheckOptions,
): Promise<CheckedDefinition> {
  const { value, canonical } = interpolated;
  const unresolvedKeys = new Set(interpolated.unresolved.map((path) => path.join('\0')));
  const unresolved = (path: Path) => unresolvedKeys.has(path.join('\0'));
  const validation = validateWithReferences(validatorFor(botSchema), tree, [], value);
  validatorFor(botSchema)(canonical);

  const plugins = await checkPlugins(tree, interpolated, { unresolved }, options.catalogue);
  const subject: Subject = { tree, at: [], unresolved, secrets: validation.marks.secrets, pluginKeys: plugins.keysAt };
  const secrets = plainSecrets(tree, interpolated, [...validation.marks.secrets, ...plugins.secrets], options);
  const languages = readLanguages(value);
  const { tenantId } = options;
  const checker = new TextChecker(mapOf(value)?.['vars']);
  const paths = validation.marks.texts;
  const texts = loadTexts({ tree, interpolated, paths, languages, checker, tenantId, unresolved });
  const problems = [
    ...interpolated.problems.flatMap(({ path, ...problem }) => softened(problem, path, plugins)),
    ...schemaProblems(validation.errors, subject),
    ...plugins.problems,
    ...secrets.problems,
    ...texts.problems,
    ...languageProblems(tree, languages, validation),
    ...channelNameProblems(tree, value),
    ...testProblems(tree, value),
    ...varsProblems(tree),
    ...hoursProblems(tree, value),
    ...quietProblems(tree, value),
    ...budgetProblems(tree, value),
    ...filterProblems(tree, value, { unresolved }),
    ...templateProblems(tree, value, plugins.templates, { checker, unresolved }),
    ...(options.documents === undefined
      ? []
      : [
          ...(await documentProblems(tree, value, plugins.documents, options.documents)),
          ...(await testFileProblems(tree, value, { ...options.documents, tenantId })),
        ]),
    ...notifyProblems(tree, value, options.mail),
    ...withoutEffect(tree, value),
  ];
  return { problems, secretValues: secrets.values, plainSecrets: secrets.plain, files: texts.files };
}

/** A channel that is off asks for nothing: what it lacks is an error on the day it is turned on. */
function softened(problem: Problem, path: Path, { raw }: CheckedPlugins): readonly Problem[] {
  const missing = problem.code === 'BOT1021' || problem.code === 'BOT1022' || problem.code === 'BOT1023';
  return missing && path[0] === 'channels' && raw.has(String(path[1])) ? [] : [problem];
}

function plainSecrets(tree: Node, { value, canonical }: Interpolated, paths: readonly Path[], options: CheckOptions) {
  const problems: Problem[] = [];
  const values: string[] = [];
  let plain: 'none' | 'some' = 'none';
  for (const path of paths) {
    const node = nodeAt(tree, path);
    const text = valueAt(value, path);
    if (node?.kind !== 'scalar' || typeof text !== 'string' || text === '') continue;
    values.push(text);
    if (refersToSecret(node.value, text)) {
      putAt(canonical, path, node.value);
      continue;
    }
    plain = 'some';
    putAt(canonical, path, hiddenSecret);
    if (options.allowPlainSecrets === 'allow') continue;
    problems.push({
      severity: 'error',
      code: 'BOT1024',
      place: node.place,
      summary: `the secret of \`${path.filter((part) => part !== 'with').join('.')}\` stands in the file`,
      detail: `move it to bots/${options.tenantId}/.secrets.yaml and write \${secret:name} here; change it with its provider if the file was shared`,
    });
  }
  return { problems, values, plain };
}

/** Whether the value came from outside: from a secret, or from a variable that is set. */
function refersToSecret(written: unknown, value: string): boolean {
  if (typeof written !== 'string' || !mayRefer(written)) return false;
  const parts = parseReferences(written);
  if ('detail' in parts) return true;
  return parts.some((part) => part.kind === 'secret' || (part.kind === 'env' && part.otherwise !== value));
}

function readLanguages(value: unknown): Languages & { readonly stated: 'yes' | 'no' } {
  const languages = mapOf(mapOf(value)?.['languages']);
  const main = typeof languages?.['default'] === 'string' ? languages['default'] : 'en';
  const supported = languages?.['supported'];
  if (!Array.isArray(supported)) return { default: main, supported: [main], stated: 'no' };
  return { default: main, supported: supported.filter((each) => typeof each === 'string'), stated: 'yes' };
}

function languageProblems(
  tree: Node,
  languages: Languages & { readonly stated: 'yes' | 'no' },
  validation: Validation,
): readonly Problem[] {
  if (languages.stated === 'no' || languages.supported.includes(languages.default)) return [];
  if (validation.errors.some(({ instancePath }) => instancePath.startsWith('/languages'))) return [];
  return [
    {
      severity: 'error',
      code: 'BOT1033',
      place: placeAt(tree, ['languages', 'supported']),
      summary: `the default language "${languages.default}" is not among the supported ones`,
      detail: 'add it to `supported`, or change `default`',
    },
  ];
}

function testProblems(tree: Node, value: unknown): readonly Problem[] {
  const tests = mapOf(value)?.['tests'];
  const patterns = typeof tests === 'string' ? [tests] : Array.isArray(tests) ? tests : [];
  return patterns.flatMap((pattern, index): readonly Problem[] => {
    try {
      if (typeof pattern === 'string') compileGlob(pattern);
      return [];
    } catch (error) {
      if (!(error instanceof PolyphonError)) throw error;
      const place = placeAt(tree, typeof tests === 'string' ? ['tests'] : ['tests', index]);
      const outside = error.code === 'BOT1025';
      return [
        {
          severity: 'error',
          code: outside ? 'BOT1025' : 'BOT1026',
          place,
          summary: outside ? 'the path leads out of the folder' : 'the file pattern is malformed',
          detail: 'write one such as tests/*.yaml',
        },
      ];
    }
  });
}

/** Quiet hours without a beginning: the whole day, or none of it. */
function quietProblems(tree: Node, value: unknown): readonly Problem[] {
  return Object.entries(mapOf(mapOf(value)?.['channels']) ?? {}).flatMap(([key, channel]): readonly Problem[] => {
    const { from, to } = mapOf(mapOf(channel)?.['quietHours']) ?? {};
    const [begin, end] = [from, to].map((time) => (typeof time === 'string' ? parseClock(time) : undefined));
    if (begin === undefined || begin !== end) return [];
    return [
      {
        severity: 'error',
        code: 'BOT1034',
        place: placeAt(tree, ['channels', key, 'quietHours', 'to']),
        summary: 'the quiet hours end when they begin',
        detail: 'write two different times, or `enabled: false` to close the channel',
      },
    ];
  });
}
