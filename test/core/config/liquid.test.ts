import { describe, expect, it } from 'vitest';
import { checkText, renderText } from '../../../core/config/liquid.ts';

describe('a text template', () => {
  it('inserts values, and nothing for what is unknown', () => {
    expect(renderText('Hallo {{ contact.name }}{{ nobody.home }}!', { contact: { name: 'Eva' } })).toBe('Hallo Eva!');
    expect(renderText('kein Muster', {})).toBe('kein Muster');
  });

  it.each([
    ['a constructor', '{{ vars.constructor }}{{ vars.constructor.constructor }}'],
    ['a prototype', '{{ vars.__proto__ }}'],
    ['an inherited method', '{{ vars.toString }}{{ vars.valueOf }}'],
  ])('does not reach %s', (_what, template) => {
    expect(renderText(template, { vars: { a: 1 } })).toBe('');
  });

  it.each(['include', 'render', 'layout', 'block'])('has no %s', (tag) => {
    expect(() => renderText(`{% ${tag} 'x' %}`, {})).toThrow(expect.objectContaining({ code: 'BOT1030' }));
    expect(checkText(`a\n{% ${tag} 'x' %}`)).toMatchObject({ start: 2 });
  });

  it.each([
    [
      'time',
      '{% for a in (1..100000) %}{% for b in (1..100000) %}{% for c in (1..100000) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    [
      'memory',
      '{% assign a = "xxxxxxxxxxxxxxxx" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}',
    ],
    ['a range', '{% for a in (1..1000000000) %}x{% endfor %}'],
  ])('ends when it costs too much %s', (_what, template) => {
    const started = performance.now();
    expect(() => renderText(template, {})).toThrow(expect.objectContaining({ code: 'BOT1030' }));
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('never quotes values in its errors', () => {
    try {
      renderText('{{ a | divided_by: 0 | nosuch }}{% if %}', { a: 'CANARY' });
    } catch (error) {
      expect(String(error)).not.toContain('CANARY');
    }
    expect.hasAssertions();
  });
});
