import type { LocalizedText } from '../contract/index.ts';
import { defaultText, isBuiltInLanguage, requiredPrompts } from './default-texts.ts';
import type { Interpolated } from './interpolate.ts';
import { mapOf, putAt, startsWith, valueAt } from './plugin-uses.ts';
import type { Problem } from './problems.ts';
import type { TextChecker } from './text-checker.ts';
import { type Languages, namedPrompt, TextReader } from './texts.ts';
import { type Node, type Path, placeAt } from './tree.ts';

export interface LoadTextsOptions {
  readonly tree: Node;
  readonly interpolated: Interpolated;
  /** Where texts stand. */
  readonly paths: readonly Path[];
  readonly languages: Languages;
  readonly checker: TextChecker;
  readonly tenantId: string;
  unresolved(path: Path): boolean;
}

/** Puts texts by language where texts are written, and the built-in ones where a bot has none of its own; in place. */
export function loadTexts(options: LoadTextsOptions): {
  readonly problems: readonly Problem[];
  readonly files: readonly string[];
} {
  const { tree, interpolated, paths, languages } = options;
  const { value, canonical } = interpolated;
  const reader = new TextReader(tree, languages, options.checker);
  const prompts: Record<string, LocalizedText> = {};
  const byLanguage = new Set<string>();
  // Prompts first: other texts may name them.
  const ordered = paths.toSorted((a, b) => Number(startsWith(b, ['prompts'])) - Number(startsWith(a, ['prompts'])));
  for (const path of ordered) {
    const written = valueAt(value, path);
    if (options.unresolved(path) || (typeof written !== 'string' && mapOf(written) === undefined)) continue;
    const texts = (mayName(path) ? namedPrompt(written, prompts, languages) : undefined) ?? reader.read(path, written);
    if (texts === undefined) continue;
    if (startsWith(path, ['prompts'])) {
      prompts[String(path[1])] = texts;
      if (mapOf(written) !== undefined || Object.keys(texts).length > 1) byLanguage.add(String(path[1]));
    }
    putAt(canonical, path, withReferences(texts, written, valueAt(canonical, path), languages));
    putAt(value, path, texts);
  }
  const problems = [
    ...reader.problems,
    ...missingLanguages(prompts, byLanguage, options),
    ...unheardLanguages(prompts, options),
    ...addDefaults(options),
  ];
  return { problems, files: [...reader.files] };
}

/**
 * Prompts that are written by language and lack one that the bot supports. One text alone may be meant for all, and `system` is the
 * model's.
 */
function missingLanguages(
  prompts: Readonly<Record<string, LocalizedText>>,
  byLanguage: ReadonlySet<string>,
  { tree, languages }: LoadTextsOptions,
): readonly Problem[] {
  return Object.entries(prompts).flatMap(([name, texts]): readonly Problem[] => {
    const missing = languages.supported.filter((language) => texts[language] === undefined);
    if (name === 'system' || missing.length === 0 || !byLanguage.has(name)) return [];
    return [
      {
        severity: 'warning',
        code: 'BOT1042',
        place: placeAt(tree, ['prompts', name]),
        summary: `\`prompts.${name}\` is missing in ${missing.map((language) => `"${language}"`).join(', ')}`,
        detail: `write it as { ${languages.default}: …, ${missing[0]}: … }; until then it is said in "${languages.default}"`,
      },
    ];
  });
}

/** Prompts in a language that the bot does not speak. A template may be written for bots of more languages than this one. */
function unheardLanguages(
  prompts: Readonly<Record<string, LocalizedText>>,
  { tree, languages }: LoadTextsOptions,
): readonly Problem[] {
  const own = placeAt(tree, ['languages']).source.path;
  return Object.entries(prompts).flatMap(([name, texts]) =>
    Object.keys(texts).flatMap((language): readonly Problem[] => {
      const place = placeAt(tree, ['prompts', name, language]);
      if (languages.supported.includes(language) || language === languages.default || place.source.path !== own)
        return [];
      return [
        {
          severity: 'warning',
          code: 'BOT1042',
          place,
          summary: `\`prompts.${name}\` is written in "${language}", which the bot does not support: nobody hears it`,
          detail: `add ${language} to \`languages.supported\`, or take the text out`,
        },
      ];
    }),
  );
}

/** Whether a bare word there may name one of the prompts. */
function mayName(path: Path): boolean {
  return path[0] !== 'name' && path[0] !== 'prompts' && !path.includes('override');
}

/** The texts with references to secrets where the values of these stand. */
function withReferences(texts: LocalizedText, value: unknown, canonical: unknown, languages: Languages): LocalizedText {
  if (typeof value === 'string') return value === canonical ? { ...texts } : { [languages.default]: String(canonical) };
  const shown: Record<string, string> = { ...texts };
  for (const [language, text] of Object.entries(mapOf(canonical) ?? {})) {
    if (language in shown && text !== mapOf(value)?.[language]) shown[language] = String(text);
  }
  return shown;
}

function addDefaults({ tree, interpolated, languages, tenantId }: LoadTextsOptions): readonly Problem[] {
  const forms = [interpolated.value, interpolated.canonical];
  const problems: Problem[] = [];
  for (const name of requiredPrompts) {
    if (valueAt(interpolated.value, ['prompts', name]) !== undefined) continue;
    const texts = defaultText(name, languages);
    for (const form of forms) {
      if (mapOf(valueAt(form, ['prompts'])) !== undefined) putAt(form, ['prompts', name], { ...texts });
    }
    if (name === 'system' || isBuiltInLanguage(languages.default)) continue;
    problems.push({
      severity: 'warning',
      code: 'BOT1031',
      place: placeAt(tree, ['languages', 'default']),
      summary: `the bot says \`${name}\` in English: there is no built-in text in "${languages.default}"`,
      detail: `write \`prompts.${name}\``,
    });
  }
  for (const form of forms) {
    if (valueAt(form, ['name']) === undefined) putAt(form, ['name'], { [languages.default]: tenantId });
    if (valueAt(form, ['languages', 'supported']) === undefined) {
      putAt(form, ['languages', 'supported'], [...languages.supported]);
    }
  }
  return problems;
}
