import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { twilioError } from '../../../../plugins/channels/twilio-messaging/twilio-errors.ts';

const readme = readFileSync('plugins/channels/twilio-messaging/README.md', 'utf8');
const [, section = ''] = /## What Twilio refuses\n([\s\S]*?)\n## /.exec(readme) ?? [];
/** As in `21606`/`21659 sender-not-allowed`: each code with the name that follows. */
const named = [...section.matchAll(/((?:`\d{5}`\/)*)`(\d{5}) ([a-z-]+)`/g)].flatMap(([, before = '', code, name]) =>
  [...(before.match(/\d{5}/g) ?? []), code].map((one) => [Number(one), name] as const),
);

describe('the README of what Twilio refuses', () => {
  it('names what it explains as the dead letters do', () => {
    expect(named.length).toBeGreaterThan(25);
    for (const [code, name] of named) expect([code, twilioError(code).name]).toEqual([code, name]);
  });

  it('tells all that is tried again', () => {
    const [before = ''] = section.split('| reason');
    const again = Array.from({ length: 60_000 }, (_, index) => twilioError(10_000 + index))
      .filter(({ retryAfterMs }) => retryAfterMs !== undefined)
      .map(({ name }) => name);
    expect(again).toContain('rate-limited');
    for (const name of new Set(again)) expect(before).toContain(`\`${name}\``);
  });
});
