import { describe, expect, it } from 'vitest';
import { toJunit } from '../../../../core/cli/bot-tests/junit.ts';
import type { CaseResult } from '../../../../core/cli/bot-tests/run-case.ts';

const result = (name: string, failures: readonly string[]): CaseResult => ({
  tenantId: 'praxis',
  file: 'tests/a.yaml',
  name,
  line: 3,
  passed: failures.length === 0 ? 'yes' : 'no',
  elapsedMs: 250,
  turns: [
    {
      user: 'x',
      line: 5,
      observation: {
        text: '',
        citations: [],
        outcome: 'silent',
        ownership: 'bot',
        events: [],
        latencyMs: 1,
        language: undefined,
      },
      failures,
    },
  ],
});

describe('the JUnit report', () => {
  it('counts suites and cases, and keeps the reasons', () => {
    expect(toJunit([result('good', []), result('bad', ['expected <b>; “it” says & "so"'])], 'bots')).toBe(
      [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites name="polyphon" tests="2" failures="1" time="0.500">',
        '  <testsuite name="praxis" tests="2" failures="1" time="0.500">',
        '    <testcase name="good" classname="praxis.tests/a.yaml" file="bots/praxis/tests/a.yaml" line="3" time="0.250"/>',
        '    <testcase name="bad" classname="praxis.tests/a.yaml" file="bots/praxis/tests/a.yaml" line="3" time="0.250">',
        '      <failure message="expected &lt;b&gt;; “it” says &amp; &quot;so&quot;">expected &lt;b&gt;; “it” says &amp; "so"',
        'contact: x',
        'bot: (nothing)</failure>',
        '    </testcase>',
        '  </testsuite>',
        '</testsuites>',
      ].join('\n'),
    );
  });

  it('writes nothing that XML cannot hold', () => {
    expect(toJunit([result('a\u0000b\ud800c', [])], 'bots')).toContain('name="a\u{FFFD}b\u{FFFD}c"');
  });
});
