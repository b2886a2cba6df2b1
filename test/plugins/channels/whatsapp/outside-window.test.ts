import { describe, expect, it } from 'vitest';
import { outsideWindow } from '../../../../plugins/channels/whatsapp/outside-window.ts';
import { outbound } from './open-channel.ts';

describe('outside the 24 hours', () => {
  it('the template named continue stands in, else reply, in the language of the bot', () => {
    const said = outbound({ text: 'Hi', actions: [{ id: 'c0', label: 'Choice 0' }] });
    expect(outsideWindow(said, { continue: 'a', reply: 'b' }, 'pt-BR')).toEqual({
      ...said,
      actions: [],
      template: { name: 'a', language: 'pt_BR', parameters: [] },
    });
    expect(outsideWindow(said, { reply: 'b' }, 'de')?.template).toMatchObject({ name: 'b', language: 'de' });
  });

  it('a message that is a template already stays what it is', () => {
    const reminder = outbound({ template: { name: 'reminder', language: 'de', parameters: ['a', 'b'] } });
    expect(outsideWindow(reminder, { continue: 'a' }, 'de')).toBe(reminder);
  });

  it('no template is made up, and one of another purpose is not taken', () => {
    expect(outsideWindow(outbound({ text: 'Hi' }), { outage: 'aviso_averia_v2' }, 'es')).toBeUndefined();
  });

  it('what was to be said goes where the template asks for it, whatever is in it', () => {
    const templates = { continue: { name: 'a', parameters: ['Lamps', 'Answer: {{ text }}'] } };
    expect(outsideWindow(outbound({ text: 'costs $& and {{ text }}' }), templates, 'en')?.template?.parameters).toEqual(
      ['Lamps', 'Answer: costs $& and {{ text }}'],
    );
  });
});
