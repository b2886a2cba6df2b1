import { describe, expect, it } from 'vitest';
import { type Attachment, type Channel, PolyphonError } from '../../../core/contract/index.ts';
import { makeRig, type Rig, settled, signal } from './rig.ts';

const photo: Attachment = { id: 'f1', kind: 'image', mediaType: 'image/jpeg', name: 'lamp.jpg' };
const bytes = new Uint8Array([0xff, 0xd8, 0xff]);
type Fetch = NonNullable<Channel['fetchMedia']>;

/** A person has sent a photo by the sms channel, which fetches as told. */
async function stage(fetchMedia: Fetch = async () => ({ bytes, mediaType: 'image/jpeg' }), attachments = [photo]) {
  const rig = await makeRig();
  rig.tenant('acme').sms = { fetchMedia };
  await rig.sms('Look', { attachments });
  await rig.clock.advance(1000);
  const conversation = (await rig.engine.list('acme', {}, signal))[0]?.id ?? '';
  const said = await rig.engine.messages('acme', conversation, {}, signal);
  return { rig, place: { conversation, message: said[0]?.id ?? '', index: 0 }, reply: said[1]?.id ?? '' };
}

function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'fetched',
    (error: unknown) => (error instanceof PolyphonError ? error.code : String(error)),
  );
}

const read = (rig: Rig, place: { conversation: string; message: string; index: number }) =>
  rig.engine.file('acme', place, signal);

describe('the file of a message', () => {
  it('comes from the channel it came by, with what the channel stored of it', async () => {
    const asked: Attachment[] = [];
    const { rig, place } = await stage(async (attachment) => {
      asked.push(attachment);
      return { bytes, mediaType: 'image/jpeg' };
    });
    await using _ = rig;
    expect(await read(rig, place)).toEqual({ bytes, mediaType: 'image/jpeg', kind: 'image', name: 'lamp.jpg' });
    expect(asked).toEqual([photo]);
    expect(rig.tenant('acme').leases).toBe(0);
  });

  it('is not found under another tenant, another conversation, another number, or in what the bot said', async () => {
    const { rig, place, reply } = await stage();
    await using _ = rig;
    rig.tenant('other').sms = rig.tenant('acme').sms;
    await rig.sms('Hello', { conversation: '+49302', contact: { id: '+49302' } });
    await rig.sms('Hello', {}, 'other');
    await rig.clock.advance(1000);
    const idOf = async (tenantId: string) =>
      (await rig.engine.list(tenantId, {}, signal)).find(({ id }) => id !== place.conversation)?.id ?? '';
    const wrong = [
      rig.engine.file('other', place, signal),
      rig.engine.file('other', { ...place, conversation: await idOf('other') }, signal),
      read(rig, { ...place, conversation: await idOf('acme') }),
      read(rig, { ...place, message: 'msg_unknown' }),
      read(rig, { ...place, message: reply }),
      read(rig, { ...place, index: 1 }),
    ];
    expect(await Promise.all(wrong.map(codeOf))).toEqual(wrong.map(() => 'CNV5031'));
    expect(await codeOf(read(rig, place))).toBe('fetched');
  });

  it('is none where the message carries a place', async () => {
    const place: Attachment = { id: 'location', kind: 'location', mediaType: 'application/geo+json', url: 'geo:1,2' };
    const staged = await stage(undefined, [place]);
    await using rig = staged.rig;
    expect(await codeOf(read(rig, staged.place))).toBe('CNV5031');
  });

  it.each([
    ['that the platform no longer has is gone', new PolyphonError('TGM3211', 'Words of gone.'), 'CNV5032'],
    [
      'that is larger than the channel fetches is too large',
      new PolyphonError('NET6003', 'Words of large.'),
      'CNV5036',
    ],
    ['for which the platform took too long came too late', new PolyphonError('NET6002', 'Words of late.'), 'CNV5035'],
    ['that the platform refuses is not given', new PolyphonError('WAP3301', 'Words of refused.'), 'CNV5034'],
    ['whose platform cannot be reached is not given', new PolyphonError('NET6004', 'Words of down.'), 'CNV5034'],
    ['over which a plugin stumbles is not given', new TypeError('Words of a bug.'), 'CNV5034'],
  ])('%s', async (_, failure, code) => {
    const { rig, place } = await stage(async () => {
      throw failure;
    });
    await using _rig = rig;
    const error = await read(rig, place).catch((error: unknown) => error);
    expect(error).toMatchObject({ code, cause: failure });
    expect(String(error)).not.toContain(failure.message);
  });

  it('says how long to wait where the platform does', async () => {
    const { rig, place } = await stage(async () => {
      throw new PolyphonError('TGM3205', 'Wait.', { retryAfterMs: 4000 });
    });
    await using _ = rig;
    await expect(read(rig, place)).rejects.toMatchObject({ code: 'CNV5034', retryAfterMs: 4000 });
  });

  it('is waited for a minute, also from a channel that does not heed its signal', async () => {
    const { rig, place } = await stage(() => new Promise(() => undefined));
    await using _ = rig;
    const code = codeOf(read(rig, place));
    await settled();
    await rig.clock.advance(60_000);
    expect(await code).toBe('CNV5035');
    expect(rig.tenant('acme').leases).toBe(0);
  });

  it('is not waited for any longer when the operator leaves', async () => {
    const signals: AbortSignal[] = [];
    const { rig, place } = await stage((_, fetching) => {
      signals.push(fetching);
      return new Promise(() => undefined);
    });
    await using _ = rig;
    const leaving = new AbortController();
    const reading = rig.engine.file('acme', place, leaving.signal);
    await settled();
    const reason = new Error('the operator has left');
    leaving.abort(reason);
    await expect(reading).rejects.toBe(reason);
    expect(signals[0]?.aborted).toBe(true);
  });

  it('of more than 32 MB is not asked for where its size is known, and not given where it is not', async () => {
    const large = 32 * 1_048_576 + 1;
    const calls: Attachment[] = [];
    const fetchMedia: Fetch = async (attachment) => {
      calls.push(attachment);
      return { bytes: new Uint8Array(large), mediaType: 'image/jpeg' };
    };
    const known = await stage(fetchMedia, [{ ...photo, bytes: large }]);
    await using first = known.rig;
    expect(await codeOf(read(first, known.place))).toBe('CNV5036');
    expect(calls).toEqual([]);
    const unknown = await stage(fetchMedia);
    await using second = unknown.rig;
    expect(await codeOf(read(second, unknown.place))).toBe('CNV5036');
  });

  it('is a conflict where the bot has lost the channel, or the channel fetches nothing', async () => {
    const { rig, place } = await stage();
    await using _ = rig;
    rig.tenant('acme').sms = {};
    expect(await codeOf(read(rig, place))).toBe('CNV5033');
    rig.tenant('acme').unavailable = new PolyphonError('TEN2103', 'There is none.');
    await expect(read(rig, place)).rejects.toMatchObject({ code: 'CNV5033', message: expect.stringContaining('sms') });
  });
});
