import pc from 'picocolors';
import type { Diagnostic } from './diagnostic.ts';
import { maskedLine } from './mask-secrets.ts';

export interface FormatOptions {
  readonly format: 'pretty' | 'json' | 'github' | 'sarif';
  /** `auto` colours where the terminal can; `NO_COLOR` is honoured. */
  readonly color: 'auto' | 'always' | 'never';
  /** The text of a file as `Diagnostic.file` names it; undefined where it cannot be read. */
  readonly readFile: (file: string) => string | undefined | Promise<string | undefined>;
}

/** All problems as text, without a line break at the end; empty for none in the formats for people. */
export async function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions): Promise<string> {
  switch (options.format) {
    case 'json':
      return JSON.stringify(asJson(diagnostics), null, 2);
    case 'sarif':
      return JSON.stringify(asSarif(diagnostics), null, 2);
    case 'github':
      return diagnostics.map(asGithub).join('\n');
    case 'pretty':
      return asPretty(diagnostics, options);
    default:
      return options.format satisfies never;
  }
}

function asJson(diagnostics: readonly Diagnostic[]) {
  const errorCount = diagnostics.filter(({ severity }) => severity === 'error').length;
  return {
    formatVersion: 1,
    valid: errorCount === 0,
    errorCount,
    warningCount: diagnostics.length - errorCount,
    diagnostics: diagnostics.map(({ severity, code, summary, detail, file, range, suggestion }) => ({
      severity,
      code,
      summary,
      detail,
      file,
      range,
      ...(suggestion === undefined ? {} : { suggestion }),
    })),
  };
}

/** Workflow commands: GitHub shows them beside the line. */
function asGithub({ severity, code, summary, detail, file, range, suggestion }: Diagnostic): string {
  const property = (text: string) => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const data = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const { start, end } = range;
  const place = `file=${property(file)},line=${start.line},endLine=${end.line},col=${start.column},endColumn=${end.column}`;
  const meant = suggestion === undefined ? '' : ` Did you mean ${quoted(suggestion)}?`;
  return `::${severity} ${place},title=${property(`${code} ${summary}`)}::${data(`${sentence(summary)}${meant} ${sentence(detail)}`)}`;
}

function asSarif(diagnostics: readonly Diagnostic[]) {
  const rules = [...new Map(diagnostics.map(({ code, summary }) => [code, summary]))].map(([id, text]) => ({
    id,
    shortDescription: { text: sentence(text) },
  }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'polyphon', rules } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map(({ severity, code, summary, detail, file, range, suggestion }) => ({
          ruleId: code,
          level: severity,
          message: {
            text: [
              sentence(summary),
              ...(suggestion === undefined ? [] : [`Did you mean ${quoted(suggestion)}?`]),
              sentence(detail),
            ].join(' '),
          },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
                region: {
                  startLine: range.start.line,
                  startColumn: range.start.column,
                  endLine: range.end.line,
                  endColumn: range.end.column,
                },
              },
            },
          ],
        })),
      },
    ],
  };
}

async function asPretty(diagnostics: readonly Diagnostic[], options: FormatOptions): Promise<string> {
  const colors = pc.createColors(options.color === 'always' || (options.color === 'auto' && pc.isColorSupported));
  const sources = new Map<string, Promise<string | undefined>>();
  const blocks = diagnostics.map(async (diagnostic) => {
    const { file } = diagnostic;
    const reading = sources.get(file) ?? Promise.resolve(options.readFile(file));
    sources.set(file, reading);
    const source = await reading;
    const frame = source === undefined ? [] : frameOf(diagnostic, source, diagnostics, colors);
    return [header(diagnostic, colors), ...frame, `  ${colors.bold('fix')}  ${visible(diagnostic.detail)}`].join('\n');
  });
  return (await Promise.all(blocks)).join('\n\n');
}

type Colors = ReturnType<typeof pc.createColors>;

/** Where the place begins, unless the sentence is longer. */
const placeColumn = 58;

function header({ severity, code, range, ...diagnostic }: Diagnostic, colors: Colors): string {
  const paint = severity === 'error' ? colors.red : colors.yellow;
  const summary = visible(diagnostic.summary);
  const file = visible(diagnostic.file);
  const gap = ' '.repeat(Math.max(2, placeColumn - `${severity} ${code}  ${summary}`.length));
  const place = `${file}:${range.start.line}:${range.start.column}`;
  return `${paint(colors.bold(severity))} ${code}  ${summary}${gap}${colors.cyan(place)}`;
}

/** A line longer than this is shown around the mistake only. */
const maxWidth = 160;

function frameOf(
  { severity, file, range, suggestion }: Diagnostic,
  text: string,
  all: readonly Diagnostic[],
  colors: Colors,
): readonly string[] {
  const { start, end } = range;
  // A file of secrets is never shown, and neither is a secret that stands in another one.
  if (/(^|[/\\])\.secrets\.yaml$/.test(file)) return [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const inFile = all.filter((other) => other.file === file);
  const shown = (number: number) => {
    const content = lines[number - 1];
    return content === undefined ? undefined : maskedLine(content, number, inFile);
  };
  const line = shown(start.line);
  if (line === undefined || line === '') return [];
  const paint = severity === 'error' ? colors.red : colors.yellow;
  const before = shown(start.line - 1);
  const width = String(start.line).length;
  const number = (value: number | undefined) => String(value ?? '').padStart(width);
  const from = start.column <= maxWidth - 40 ? 0 : start.column - 1 - 40;
  const cut = (content: string) => visible(content.slice(from, from + maxWidth).replaceAll('\t', ' '));
  // An escape is wider than what it stands for; the columns are those of the file.
  const widened = (since: number, until: number) => {
    const part = line.slice(since, until).replaceAll('\t', ' ');
    return visible(part).length - part.length;
  };
  const length = end.line === start.line ? end.column - start.column : line.length - start.column + 1;
  const first = start.column - 1;
  const marked = Math.max(1, Math.min(length, from + maxWidth - first));
  const marks = '^'.repeat(marked + widened(first, first + marked));
  const meant = suggestion === undefined ? '' : ` did you mean ${visible(quoted(suggestion))}?`;
  return [
    ...(before === undefined || before.trim() === ''
      ? []
      : [`  ${colors.dim(`${number(start.line - 1)} |`)} ${cut(before)}`]),
    `${paint('>')} ${number(start.line)} ${colors.dim('|')} ${cut(line)}`,
    `  ${number(undefined)} ${colors.dim('|')} ${' '.repeat(first - from + widened(from, first))}${paint(marks + meant)}`,
  ];
}

/**
 * What steers a terminal, and what turns the direction of a text or has no width; not the tab. The file is a tenant's, the terminal
 * its operator's.
 */
const unseen = /(?!\t)[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

function visible(text: string): string {
  return text.replace(unseen, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function quoted(word: string): string {
  return word.startsWith('"') ? word : `"${word}"`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!}]$/.test(text) ? '' : '.'}`;
}
