import { readFile } from 'node:fs/promises';
import type { Diagnostic } from '../config/diagnostic.ts';
import type { Shell } from './shell.ts';

/** Prints the errors of files with their frames on stderr. Warnings are what `polyphon validate` is for. */
export async function showErrors(diagnostics: readonly Diagnostic[], shell: Shell): Promise<void> {
  const errors = diagnostics.filter((one) => one.severity === 'error');
  if (errors.length === 0) return;
  shell.say(await renderDiagnostics(errors, 'pretty', shell.terminal.stderr.color, shell));
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
    readFile: (file: string) => readFile(shell.path(file), 'utf8').catch(() => undefined),
  });
  return text.trimEnd();
}
