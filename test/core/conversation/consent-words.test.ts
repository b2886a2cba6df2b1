import { describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../../core/contract/index.ts';
import { withConsent } from '../../../core/conversation/mailbox/consent-words.ts';
import { done, type FakeTenant, fakeModel, makeRig, settled } from './rig.ts';

const message = (text: string): InboundMessage => ({ id: '1', conversation: 'a', contact: { id: 'a' }, text });
const meant = (text: string) => withConsent(message(text), { consent: 'opt-out' }).consent;

/** What the model is asked, where the platform tells nobody of STOP. */
function hearing(tenant: FakeTenant, answer: (count: number) => string): readonly string[] {
  const heard: string[] = [];
  tenant.models = [
    fakeModel(async function* ({ messages }) {
      heard.push(JSON.stringify(messages.at(-1)));
      yield { type: 'text', text: answer(heard.length) };
      yield done;
    }),
  ];
  tenant.sms = { capabilities: { consent: 'opt-out', optOutNotice: 'ours' } };
  return heard;
}

describe('a message that is one word of the law', () => {
  it.each(
    'STOP stop Stop STOPALL unsubscribe Revoke OPTOUT STOPP Abmelden arret Arrêt ALTO Baja СТОП стоп הסר'.split(' '),
  )('%s stops', (word) => {
    expect(meant(word)).toBe('stop');
    expect(meant(` ${word}\n`)).toBe('stop');
    expect(meant(`Please ${word}`)).toBeUndefined();
    expect(meant(`${word} it`)).toBeUndefined();
  });

  it.each([
    ...['Stop.', 'stop!', '"STOP"', '¡Alto!', '«Стоп»', 'STOP 🛑', '‏הסר‎', '...stop...', '*Stop*', 'stop?'],
    ...[
      'STOP ALL',
      'Stop  all',
      'opt out',
      'Opt-out.',
      'OPT–OUT',
      'Désabonner',
      'DE\u0301SABONNER',
      'desabonner',
      'Arrêté',
      'إيقاف',
      'ايقاف!',
      'توقف.',
      'ＳＴＯＰ',
      'ｓｔｏｐ！',
    ],
  ])('%s stops, whatever stands around it and on its letters', (text) => {
    expect(meant(text)).toBe('stop');
  });

  it.each(['Stop it.', 'Full stop', 'non-stop', 'stop, all sold?', 'S T O P', 'STOP1', '1 stop', 'nonstop', '.', ''])(
    '%j does not',
    (text) => {
      expect(meant(text)).toBeUndefined();
    },
  );

  it.each(['START', 'start', 'unstop', 'Start!', 'СТАРТ'])('%s begins again', (word) => {
    expect(meant(word)).toBe('start');
  });

  it('is an ordinary one where the channel knows no consent, and on a button', () => {
    expect(withConsent(message('STOP'), {}).consent).toBeUndefined();
    const pressed = { ...message('STOP'), action: { id: 'stop', label: 'STOP' } };
    expect(withConsent(pressed, { consent: 'opt-out' }).consent).toBeUndefined();
  });

  it('is what the platform has taken it for, where it says so', () => {
    expect(withConsent({ ...message('STOP'), consent: 'help' }, { consent: 'opt-out' }).consent).toBe('help');
  });
});

describe('a word that the platform has taken for a return', () => {
  it('is an answer of who had never stopped, and a return of who had', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    const heard = hearing(tenant, (count) => `Answer ${count}`);
    const say = async (text: string, consent?: 'start') => {
      await rig.sms(text, consent === undefined ? {} : { consent, consentNotice: 'platform' });
      await settled();
      await rig.clock.advance(5000);
    };
    // Who is not known begins with it.
    await say('YES', 'start');
    expect(heard).toEqual([]);
    await say('Shall we meet?');
    await say('Yes', 'start');
    expect(heard).toHaveLength(2);
    expect(heard[1]).toContain('Yes');
    await say('START', 'start');
    await say('Stop.');
    await say('YES', 'start');
    expect(heard).toHaveLength(2);
    await say('And now?');
    expect(heard).toHaveLength(3);
    expect(tenant.sent.at(-1)?.text).toBe('Answer 3');
  });
});

describe('HELP', () => {
  it('is answered with who writes, and how to stop it, in the language of the word where it has one', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    tenant.bot = { ...tenant.bot, name: { en: 'Lamps & $& Co', de: 'Lampenladen' } };
    tenant.sms = { capabilities: { consent: 'opt-out', optOutNotice: 'ours' } };
    await rig.sms('HELP', { consent: 'help' });
    await rig.sms('Hilfe!', { consent: 'help' });
    await rig.sms('AIDE', { consent: 'help' });
    await rig.sms('abmelden');
    await settled();
    await rig.clock.advance(1000);
    expect(tenant.sent.map(({ text }) => text)).toEqual([
      'Lamps & $& Co: Write your question and we answer here. Reply STOP to get no more messages, START to get them again.',
      'Lampenladen: Schreiben Sie uns Ihre Frage, wir antworten hier. Mit STOP bestellen Sie die Nachrichten ab, mit START wieder an.',
      expect.stringContaining('Write your question'),
      expect.stringContaining('Sie bekommen hier keine Nachrichten mehr.'),
    ]);
  });

  it('is answered in the words of the definition, and in its default language where it detects none', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    const { languages, prompts } = tenant.bot;
    tenant.bot = {
      ...tenant.bot,
      languages: { ...languages, detect: false },
      prompts: { ...prompts, help: { en: '{{ bot.name }} sells lamps.', de: 'Lampen.' } },
    };
    tenant.sms = { capabilities: { consent: 'opt-out' } };
    await rig.sms('Hilfe', { consent: 'help' });
    await settled();
    expect(tenant.sent.map(({ text }) => text)).toEqual(['Bot sells lamps.']);
  });
});

it('answers no HELP that the platform has answered', async () => {
  await using rig = await makeRig();
  rig.tenant('acme').sms = { capabilities: { consent: 'opt-out', optOutNotice: 'ours' } };
  await rig.sms('HELP', { consent: 'help', consentNotice: 'platform' });
  await rig.clock.advance(1000);
  expect(rig.tenant('acme').sent).toEqual([]);
});

describe('STOP on a channel whose platform tells nobody that it was heard', () => {
  it('is answered once, and the bot is silent until START', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    const heard = hearing(tenant, () => 'Nice.');
    await rig.sms('Stop', { locale: 'de-DE' });
    await rig.sms('STOP');
    await settled();
    await rig.clock.advance(5000);
    expect(tenant.sent.map(({ text }) => text)).toEqual([expect.stringMatching(/Mit START bestellen Sie/)]);
    await rig.sms('START', { locale: 'de-DE' });
    await rig.sms('START', { locale: 'de-DE' });
    await rig.sms('And now?');
    await settled();
    await rig.clock.advance(5000);
    expect(tenant.sent.slice(1).map(({ text }) => text)).toEqual([
      'Sie bekommen hier Nachrichten. Mit STOP bestellen Sie sie ab.',
      'Hallo, ich bin ein KI-Assistent.',
      'Nice.',
    ]);
    expect(heard.join()).not.toMatch(/stop/i);
  });

  it('leaves nobody without a word who comes in with START', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    tenant.sms = { capabilities: { consent: 'opt-out', optOutNotice: 'ours' } };
    await rig.sms('Start');
    await settled();
    expect(tenant.sent.map(({ text }) => text)).toEqual(['You will get messages here. Reply STOP to get no more.']);
  });

  it('says nothing of a word that the platform has answered itself', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    tenant.sms = { capabilities: { consent: 'opt-out', optOutNotice: 'ours' } };
    await rig.sms('STOP', { consentNotice: 'platform' });
    await rig.sms('START', { consentNotice: 'platform' });
    await settled();
    expect(tenant.sent).toEqual([]);
    await rig.sms('Stop.');
    await settled();
    expect(tenant.sent.map(({ text }) => text)).toEqual([expect.stringContaining('Reply START')]);
  });

  it('says nothing of STOP and START where the platform does', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    tenant.sms = { capabilities: { consent: 'opt-out' } };
    for (const word of ['START', 'STOP', 'START']) await rig.sms(word);
    await settled();
    expect(tenant.sent).toEqual([]);
  });

  it('is told in the words of the definition', async () => {
    await using rig = await makeRig();
    const tenant = rig.tenant('acme');
    tenant.sms = { capabilities: { consent: 'opt-out', optOutNotice: 'ours' } };
    tenant.bot = { ...tenant.bot, prompts: { ...tenant.bot.prompts, stopped: { en: 'Bye.' } } };
    await rig.sms('STOP');
    await settled();
    expect(tenant.sent.map(({ text }) => text)).toEqual(['Bye.']);
  });
});
