import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { ModelRequest } from '../../../core/contract/index.ts';
import { done, fakeModel, makeRig } from './rig.ts';

/** A rig whose disk has what was written when the test says so. */
async function slowRig() {
  const syncs: PromiseWithResolvers<void>[] = [];
  const mode = { isSlow: false };
  const folder = mkdtempSync(join(tmpdir(), 'polyphon-slow-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const rig = await makeRig({
    path: join(folder, 'polyphon.db'),
    sync: async () => {
      if (!mode.isSlow) return;
      const one = Promise.withResolvers<void>();
      syncs.push(one);
      await one.promise;
    },
  });
  const requests: ModelRequest[] = [];
  rig.tenant('acme').models = [
    fakeModel(async function* (request) {
      requests.push(request);
      yield { type: 'text', text: 'Fine.' };
      yield done;
    }),
  ];
  await rig.sms('Hello');
  await rig.clock.advance(2000);
  rig.tenant('acme').sent.length = 0;
  requests.length = 0;
  return { rig, mode, syncs, requests };
}

it('answers a message while the disk still takes it, and says and acknowledges nothing before the disk has both', async () => {
  const { rig, mode, syncs, requests } = await slowRig();
  await using _ = rig;
  mode.isSlow = true;
  let receipt: unknown;
  const receiving = rig.sms('What does it cost?').then((given) => {
    receipt = given;
  });
  await rig.clock.advance(2000);
  expect(requests).toHaveLength(1);
  expect([receipt, rig.tenant('acme').sent]).toEqual([undefined, []]);
  syncs.shift()?.resolve();
  await receiving;
  expect(receipt).toMatchObject({ status: 'stored' });
  expect(rig.tenant('acme').sent).toEqual([]);
  mode.isSlow = false;
  syncs.shift()?.resolve();
  await rig.clock.advance(2000);
  expect(rig.tenant('acme').sent).toMatchObject([{ text: 'Fine.' }]);
});

it('begins no turn in a chat that is read along before the disk has the message', async () => {
  const { rig, mode, syncs, requests } = await slowRig();
  await using _ = rig;
  const session = await rig.session();
  mode.isSlow = true;
  const delivering = session.deliver('one', 'What does it cost?');
  await rig.clock.advance(2000);
  expect(requests).toEqual([]);
  mode.isSlow = false;
  syncs.shift()?.resolve();
  await delivering;
  await rig.clock.advance(2000);
  expect(requests).toHaveLength(1);
});
