import type { CaseResult } from './run-case.ts';

/** One suite a bot, one case a case; the form CI systems read. `botsFolder` is as CI sees it: relative to where the command runs. */
export function toJunit(results: readonly CaseResult[], botsFolder: string): string {
  const suites = Map.groupBy(results, (result) => result.tenantId);
  const failures = results.filter((result) => result.passed === 'no').length;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="polyphon" tests="${results.length}" failures="${failures}" time="${seconds(results)}">`,
  ];
  for (const [tenantId, cases] of suites) {
    const failed = cases.filter((result) => result.passed === 'no').length;
    lines.push(
      `  <testsuite name="${attribute(tenantId)}" tests="${cases.length}" failures="${failed}" time="${seconds(cases)}">`,
    );
    for (const result of cases) {
      const head = `    <testcase name="${attribute(result.name)}" classname="${attribute(`${tenantId}.${result.file}`)}" file="${attribute([botsFolder, tenantId, result.file].filter(Boolean).join('/'))}" line="${result.line}" time="${seconds([result])}"`;
      if (result.passed === 'yes') lines.push(`${head}/>`);
      else {
        const reasons = reasonsOf(result);
        lines.push(
          `${head}>`,
          `      <failure message="${attribute(reasons[0] ?? 'failed')}">${text([...reasons, ...spoken(result)].join('\n'))}</failure>`,
          '    </testcase>',
        );
      }
    }
    lines.push('  </testsuite>');
  }
  lines.push('</testsuites>');
  return lines.join('\n');
}

/** What was said up to the failure. */
function spoken({ turns }: CaseResult): readonly string[] {
  return turns.flatMap(({ user, observation }) => [`contact: ${user}`, `bot: ${observation.text || '(nothing)'}`]);
}

/** Why a case failed, one sentence each. */
export function reasonsOf(result: CaseResult): readonly string[] {
  return [...result.turns.flatMap((turn) => turn.failures), ...(result.error === undefined ? [] : [result.error])];
}

function seconds(results: readonly CaseResult[]): string {
  return (results.reduce((sum, result) => sum + result.elapsedMs, 0) / 1000).toFixed(3);
}

/** XML 1.0 has no way to write most control characters, nor half a surrogate pair. */
function text(value: string): string {
  return value
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}
