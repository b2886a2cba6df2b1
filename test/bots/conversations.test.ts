import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runCommandLine } from '../../core/cli/run.ts';
import type { Output, Terminal } from '../../core/cli/terminal.ts';
import { systemClock, systemRandom } from '../../core/kernel/system.ts';
import { botsDirectory, shippedTenants } from './shipped-bots.ts';

interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly cases: readonly { readonly name: string; readonly passed: boolean; readonly reasons: readonly string[] }[];
}

function output(write: (text: string) => void): Output {
  return { write, isTty: false, color: 'off', columns: 200 };
}

it.each(shippedTenants)(
  '%s passes the tests its definition brings, through the command that runs them',
  async (tenantId) => {
    let data = '';
    let notes = '';
    const terminal: Terminal = {
      stdout: output((text) => {
        data += text;
      }),
      stderr: output((text) => {
        notes += text;
      }),
      stdin: Readable.from([]),
      env: {},
      workingDirectory: fileURLToPath(new URL('../..', import.meta.url)),
      signal: new AbortController().signal,
      clock: systemClock,
      random: systemRandom,
    };
    const code = await runCommandLine(['test', tenantId, '--format', 'json', '--bots', botsDirectory], terminal);
    expect(data, notes).not.toBe('');
    const report = JSON.parse(data) as Report;
    expect(report.cases.filter((one) => !one.passed).map(({ name, reasons }) => ({ name, reasons }))).toEqual([]);
    expect(report.passed).toBeGreaterThanOrEqual(8);
    expect(code).toBe(0);
  },
  120_000,
);
