import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { botFiles } from '../../core/cli/scaffold/bot-files.ts';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { ask, askInTurn } from './ask.ts';
import { botsDirectory } from './shipped-bots.ts';

let deployment: Deployment;
let shipped: Deployment;

beforeAll(async () => {
  const files = ['de', 'en', 'fr', 'es', 'ru', 'he'].flatMap((language) => {
    const tenantId = `new-${language}`;
    return [...botFiles({ tenantId, name: 'New', language, template: undefined })].map(
      ([path, text]) => [`${tenantId}/${path}`, text] as const,
    );
  });
  // Without an address, a number or hours in its documents.
  const mute = {
    'mute/bot.yaml':
      'polyphon: 1\nname: Mute\nlanguages: { default: en }\nknowledge:\n  docs: { use: files, with: { path: "docs/*.md" } }\nchannels: { web: { use: web-chat } }\n',
    'mute/docs/tea.md': '# Tea\n\nGreen tea is brewed at 70 degrees for two minutes.\n',
  };
  deployment = await deploy({ files: { ...Object.fromEntries(files), ...mute } });
  shipped = await deploy({ botsDirectory });
}, 120_000);
afterAll(async () => {
  await deployment?.[Symbol.asyncDispose]();
  await shipped?.[Symbol.asyncDispose]();
});

describe('a new bot tells of its own house', () => {
  it.each([
    ['de', 'Wo sind Sie?', 'Haltestelle'],
    ['de', 'Wie erreiche ich Sie?', 'Rufen Sie uns'],
    ['de', 'Wann macht ihr zu?', '9 bis 17 Uhr'],
    ['en', 'Where is it?', 'bus stop'],
    ['en', 'How do I contact you?', 'Call us'],
    ['en', 'When do you close?', '9 am to 5 pm'],
    ['fr', "C'est où ?", 'arrêt'],
    ['fr', 'Comment vous joindre ?', 'Appelez-nous'],
    ['fr', 'À quelle heure fermez-vous ?', '17 h'],
    ['es', '¿Dónde están?', 'parada'],
    ['es', '¿Cómo les llamo?', 'Llámen'],
    ['es', '¿Cuándo cierran?', '9 a 17'],
    ['ru', 'Куда прийти?', 'Остановка'],
    ['ru', 'Как с вами связаться?', 'Звоните'],
    ['ru', 'До скольки вы работаете?', 'с 9 до 17'],
    ['he', 'איפה אתם?', 'תחנת'],
    ['he', 'איך יוצרים קשר?', 'התקשרו'],
    ['he', 'מתי סוגרים?', 'משעה 9'],
  ])('in %s: %s', async (language, question, answer) => {
    const said = await ask(deployment, `new-${language}`, question);
    expect(said).toContain(answer);
  });

  it('whatever was spoken of', async () => {
    expect(await askInTurn(deployment, 'new-en', ['What does delivery cost?', 'When do you close?'])).toContain('5 pm');
    expect(await askInTurn(deployment, 'new-de', ['Hallo', 'Wie sind die Öffnungszeiten?'])).toContain('17 Uhr');
  });

  it.each([
    ['en', 'Hello, when do you close please?', '9 am to 5 pm'],
    ['en', 'Thanks, and where are you?', 'bus stop'],
    ['es', 'Hola, ¿cómo les llamo?', 'Llámen'],
    ['he', 'שלום, מתי סוגרים?', 'משעה 9'],
    ['ru', 'How can I reach you?', 'Звоните'],
  ])('in %s, courtesies around it, and asked in another language: %s', async (language, question, answer) => {
    expect(await ask(deployment, `new-${language}`, question)).toContain(answer);
  });

  it.each([
    ['sonnenwerk', 'Habt ihr samstags auf?', 'Am Samstag ist die Ausstellung von 9 bis 12 Uhr'],
    ['accueil-pme', 'à quelle heure vous fermez le samedi', 'samedi de 9 h à 12 h'],
    ['leader-tech', 'во сколько вы в пятницу закрываетесь', 'в пятницу с 9 до 14'],
    ['leader-tech', 'מתי אתם סוגרים בשישי?', 'ביום שישי מ-9 עד 14'],
  ])('%s, of a day that is named: %s', async (tenantId, question, answer) => {
    expect(await ask(shipped, tenantId, question)).toContain(answer);
  });

  it('and says that it does not know where its documents do not tell', async () => {
    for (const question of ['Where are you?', 'How can I reach you?', 'When do you close?', 'Where can I write?']) {
      expect(await ask(deployment, 'mute', question)).toBe('unknown');
    }
  });
});
