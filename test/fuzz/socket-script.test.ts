import { describe, expect, it } from 'vitest';
import { Chance } from './chance.ts';
import { maxMessageBytes, socketScript } from './socket-script.ts';

describe('the script of a connection', () => {
  it('awaits 1009 after a message above the limit, also where only JSON makes it so long', () => {
    const steps = socketScript(new Chance(20_261_121, 2250), ['ses_of_another']);
    const tooLong = steps.filter(({ bytes, frames }) => frames === 1 && bytes.length > maxMessageBytes + 14);
    expect(tooLong.map(({ closes, answers }) => ({ closes, answers }))).toEqual([{ closes: [1009] }]);
  });
});
