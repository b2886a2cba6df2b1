import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, parseColor, themeProperties } from '../../../../../plugins/channels/web-chat/widget/panel/theme.ts';

const rgb = (text: string | undefined) => parseColor(text) ?? ([0, 0, 0] as const);

describe('the theme', () => {
  it('keeps any accent readable, in both schemes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
        const accent = `#${value.toString(16).padStart(6, '0')}`;
        const properties = themeProperties({ accent });
        expect(contrast(rgb(properties['--accent-light']), [244, 245, 246])).toBeGreaterThanOrEqual(4.5);
        expect(contrast(rgb(properties['--accent-dark']), [35, 37, 40])).toBeGreaterThanOrEqual(4.5);
        for (const scheme of ['light', 'dark']) {
          const shown = contrast(rgb(properties[`--accent-${scheme}`]), rgb(properties[`--on-accent-${scheme}`]));
          expect(shown).toBeGreaterThanOrEqual(4.5);
        }
      }),
    );
  });

  it('leaves an accent that is readable as it is', () => {
    expect(themeProperties({ accent: '#0f766e' })['--accent-light']).toBe('#0f766e');
  });

  it.each(['red', '#12', 'url(https://evil.example)', '#12345g', ''])(
    'passes over %j, which is no colour',
    (accent) => {
      expect(themeProperties({ accent })).toEqual(themeProperties({}));
    },
  );

  it.each([
    ['12px', '12px'],
    [8, '8px'],
    ['400px', '28px'],
    ['-3px', '0px'],
  ])('takes the radius %j as %s', (radius, expected) => {
    expect(themeProperties({ radius })['--radius']).toBe(expected);
  });

  it('measures contrast as WCAG does', () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 1);
  });
});
