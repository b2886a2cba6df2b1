import { describe, expect, it } from 'vitest';
import { startFakeTwilio } from '../../../kit/index.ts';
import { openChannel } from './open-channel.ts';

const signal = new AbortController().signal;

describe('files that people send', () => {
  const attachment = { id: '1', kind: 'image' as const, mediaType: 'image/png' };

  it('are fetched with the credentials from Twilio, and from where it redirects to without them', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio);
    const url = twilio.file({ bytes: new Uint8Array([1, 2, 3]), mediaType: 'image/png' });
    const file = await opened.channel.fetchMedia?.({ ...attachment, url }, signal);
    expect(file).toEqual({ bytes: new Uint8Array([1, 2, 3]), mediaType: 'image/png' });
    expect(twilio.fileRequests).toEqual([{ path: '/files/1', authorization: undefined }]);
  });

  it('elsewhere are not asked for, whatever their address looks like', async () => {
    await using twilio = await startFakeTwilio();
    await using other = await startFakeTwilio();
    await using opened = await openChannel({ ...twilio, hosts: [...twilio.hosts, ...other.hosts] });
    const right = twilio.file({ bytes: new Uint8Array([1]), mediaType: 'image/png' });
    const forged = [
      other.file({ bytes: new Uint8Array([1]), mediaType: 'image/png' }),
      right.replace('http://', 'https://'),
      right.replace('//', `//${new URL(twilio.baseUrl).host}@`),
      'file:///etc/passwd',
      'not an address',
      undefined,
    ];
    for (const url of forged) {
      const fetched = opened.channel.fetchMedia?.({ ...attachment, ...(url === undefined ? {} : { url }) }, signal);
      await expect(fetched).rejects.toMatchObject({ code: 'TWI3402' });
    }
    expect([twilio.requests, other.requests, other.fileRequests]).toEqual([[], [], []]);
  });

  it('that Twilio does not give, or that are too large, are named', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio, { maxMediaBytes: 2 });
    const url = twilio.file({ bytes: new Uint8Array([1, 2, 3]), mediaType: 'image/png' });
    await expect(opened.channel.fetchMedia?.({ ...attachment, url }, signal)).rejects.toMatchObject({
      code: 'NET6003',
    });
    const gone = url.replace(/1$/, '9');
    await expect(opened.channel.fetchMedia?.({ ...attachment, url: gone }, signal)).rejects.toMatchObject({
      code: 'TWI3405',
    });
  });
});
