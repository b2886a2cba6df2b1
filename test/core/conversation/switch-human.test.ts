import { expect, it } from 'vitest';
import { done, fakeModel, makeBot, makeRig, settled, signal } from './rig.ts';

it('leaves what waits where a human answered to the human, when the conversation moves', async () => {
  await using rig = await makeRig();
  const tenant = rig.tenant('acme');
  tenant.bot = makeBot('acme', { session: { ...tenant.bot.session, coalesceMs: 0 } });
  let asked = 0;
  tenant.models = [
    fakeModel(async function* () {
      asked += 1;
      yield { type: 'text', text: 'The bot says so.' };
      yield done;
    }),
  ];
  const chat = await rig.session();
  await chat.ask('Hello');
  const conversation = await chat.conversation();
  await rig.engine.say('acme', conversation, { text: 'Anna here, I look into it.' }, signal);
  const web = rig.engine.conversationsOf('acme', 'web');
  await web.requestSwitch(chat.id, { channel: 'sms', address: '+49301' }, signal);
  await settled();
  const code = /\d{6}/.exec(tenant.sent.at(-1)?.text ?? '')?.[0] ?? '';
  await Promise.all([chat.deliver('c1', code), chat.deliver('c2', 'And can you cancel my order, Anna?')]);
  await rig.clock.advance(5000);
  const owners = (await rig.engine.list('acme', {}, signal)).map(({ channel, owner }) => `${channel} ${owner}`);
  expect([asked, owners.toSorted()]).toEqual([1, ['sms human', 'web bot']]);
  const { inbox } = rig.store.forTenant('acme');
  expect(inbox.allOpen()).toEqual([]);
  const said = await rig.engine.messages('acme', conversation, {}, signal);
  expect(said.map(({ text }) => text)).toContain('And can you cancel my order, Anna?');
});
