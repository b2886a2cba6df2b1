import { beforeEach, describe, expect, it } from 'vitest';
import type { ReloadReport } from '../../../core/kernel/face.ts';
import { withoutEchoes } from '../../../core/kernel/without-echoes.ts';
import { FakeClock } from '../../kit/fake-clock.ts';

const place = { line: 3, column: 1 };
const mistake = (summary: string) => ({
  severity: 'error' as const,
  code: 'BOT1004' as const,
  summary,
  detail: '',
  file: 'bots/shop/bot.yaml',
  range: { start: place, end: place },
});

function report(outcome: ReloadReport['outcome'], ...summaries: readonly string[]): ReloadReport {
  const diagnostics = summaries.map(mistake);
  return { tenantId: 'shop', outcome, revision: 'abc', changes: [], diagnostics, elapsedMs: 1 };
}

describe('reports of a broken file', () => {
  let clock: FakeClock;
  let told: string[];
  let tell: (report: ReloadReport) => void;
  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    tell = withoutEchoes(({ tenantId, outcome, diagnostics }) => {
      told.push([tenantId, outcome, ...diagnostics.map((one) => one.summary)].join(' '));
    }, clock);
  });

  it('are told once where one save is seen twice', async () => {
    tell(report('rejected', 'chanels'));
    await clock.advance(300);
    tell(report('rejected', 'chanels'));
    expect(told).toEqual(['shop rejected chanels']);
  });

  it('are told again where somebody saves the mistake again', async () => {
    tell(report('rejected', 'chanels'));
    await clock.advance(2_000);
    tell(report('rejected', 'chanels'));
    expect(told).toHaveLength(2);
  });

  it('are told at once where the mistake is another, was gone between, or is another bot’s', () => {
    tell(report('rejected', 'chanels'));
    tell(report('rejected', 'chanels', 'nme'));
    tell(report('unchanged'));
    tell(report('rejected', 'chanels', 'nme'));
    tell({ ...report('rejected', 'chanels', 'nme'), tenantId: 'other' });
    expect(told).toEqual([
      'shop rejected chanels',
      'shop rejected chanels nme',
      'shop unchanged',
      'shop rejected chanels nme',
      'other rejected chanels nme',
    ]);
  });
});
