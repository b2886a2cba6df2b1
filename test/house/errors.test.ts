import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../core/contract/catalogue.ts';
import { readSources, root } from './sources.ts';

const sources = [...readSources('core/**/*.ts'), ...readSources('plugins/**/*.ts')].filter(
  (file) => file.path !== 'core/contract/catalogue.ts',
);
const codes = Object.keys(catalogue);

describe('the error catalogue', () => {
  it('is documented code for code in core/ERRORS.md, and nothing else is', () => {
    const documented = [...readFileSync(join(root, 'core/ERRORS.md'), 'utf8').matchAll(/^\| `([A-Z]{3}\d{4})`/gm)].map(
      (match) => match[1],
    );
    expect(documented.toSorted()).toEqual(codes.toSorted());
  });

  it('has no code that nothing raises', () => {
    expect(codes.filter((code) => !sources.some((file) => file.text.includes(`'${code}'`)))).toEqual([]);
  });

  it('says each summary in lower case and without a full stop, to be read inside a sentence', () => {
    for (const [code, { summary }] of Object.entries(catalogue))
      expect(summary, code).toMatch(/^([^A-Z]|[A-Z]{2,}|Meta |Telegram |Twilio |WhatsApp ).*[^.]$/);
  });
});
