import type { Diagnostic } from '../config/diagnostic.ts';
import { readBounded } from '../config/folder-file.ts';
import type { Shell } from './shell.ts';

/** A definition has a quarter of it; of a longer file no lines are shown. */
const maxShownBytes = 1_000_000;

/** Prints the errors of files with their frames on stderr. Warnings are what `polyphon validate` is for. */
export async function showErrors(diagnostics: readonly Diagnostic[], shell: Shell): Promise<void> {
  await showAll(
    diagnostics.filter((one) => one.severity === 'error'),
    shell,
  );
}

/** Prints problems with their frames on stderr, each once. */
export async function showAll(diagnostics: readonly Diagnostic[], shell: Shell): Promise<void> {
  if (diagnostics.length === 0) return;
  shell.say(await renderDiagnostics(distinct(diagnostics), 'pretty', shell.terminal.stderr.color, shell));
}

/** Prints the warnings of documents that a definition reads and that are not there. */
export async function showMissing(diagnostics: readonly Diagnostic[], shell: Shell): Promise<void> {
  await showAll(diagnostics.filter(isMissing), shell);
}

export function isMissing({ code }: Diagnostic): boolean {
  return code === 'BOT1043';
}

/** A mistake in a template is every bot's that extends it; it is told once. */
export function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((one) => [idOf(one), one])).values()];
}

/** What tells one problem from another: the same words at the same place. */
export function idOf({ code, file, range, summary }: Diagnostic): string {
  return `${code} ${file}:${range.start.line}:${range.start.column} ${summary}`;
}

export type DiagnosticFormat = 'pretty' | 'json' | 'github' | 'sarif';

export async function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  format: DiagnosticFormat,
  color: 'on' | 'off',
  shell: Shell,
): Promise<string> {
  const { formatDiagnostics } = await import('../config/format-diagnostics.ts');
  const text = await formatDiagnostics(diagnostics, {
    format,
    color: color === 'on' ? 'always' : 'never',
    readFile: (file: string) => readShown(shell.path(file), shell.terminal.signal),
  });
  return text.trimEnd();
}

/** Undefined for what has no lines to show: a pipe, a folder, a file that is too long or not there. */
async function readShown(path: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await readBounded(path, maxShownBytes, signal));
  } catch {
    return undefined;
  }
}
