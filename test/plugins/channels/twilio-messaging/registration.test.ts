import { describe, expect, it } from 'vitest';
import { startFakeTwilio } from '../../../kit/index.ts';
import { openChannel } from './open-channel.ts';

const signal = new AbortController().signal;
const service = `MG${'0'.repeat(32)}`;

describe('registration', () => {
  it('sets, tells and removes the address of a number', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['+4930111222'] });
    await using opened = await openChannel(twilio);
    const { registration } = opened.channel;
    const set = await registration?.set('https://bots.example/v1/lamps/sms', signal);
    expect(set?.url).toBe('https://bots.example/v1/lamps/sms/webhook');
    expect(twilio.smsUrls.get('+4930111222')).toBe('https://bots.example/v1/lamps/sms/webhook#rc=5&rp=all');
    expect((await registration?.info(signal))?.url).toBe('https://bots.example/v1/lamps/sms/webhook');
    expect((await registration?.delete(signal))?.url).toBeUndefined();
    expect(twilio.smsUrls.get('+4930111222')).toBe('');
  });

  it('says when Twilio signs for another address than the deployment knows of', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['+4930111222'] });
    const elsewhere = 'https://other.example/v1/lamps/sms';
    await using opened = await openChannel(twilio);
    const wrong = await opened.channel.registration?.set(elsewhere, signal);
    expect(wrong?.problems).toEqual([
      expect.stringMatching(/for https:\/\/other\.example.* is https:\/\/bots\.example:/),
    ]);
    expect((await opened.channel.registration?.info(signal))?.problems).toHaveLength(1);
    const right = await opened.channel.registration?.set('https://bots.example/v1/lamps/sms', signal);
    expect(right?.problems).toBeUndefined();
    expect(right?.notes).toEqual(['The address for statuses goes with each message that is sent.']);
    await using unknown = await openChannel(twilio, {}, {});
    const { problems, notes } = (await unknown.channel.registration?.set(elsewhere, signal)) ?? {};
    expect(problems).toEqual([
      expect.stringContaining('`server.publicOrigin` in config/polyphon.yaml to https://other.example'),
    ]);
    expect(notes).toEqual([]);
  });

  it('is that of this very number, where a longer one begins with it', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['+493011122299', '+4930111222'] });
    await using opened = await openChannel(twilio);
    await opened.channel.registration?.set('https://bots.example/v1/lamps/sms', signal);
    expect([...twilio.smsUrls]).toEqual([
      ['+493011122299', ''],
      ['+4930111222', 'https://bots.example/v1/lamps/sms/webhook#rc=5&rp=all'],
    ]);
    await using longer = await startFakeTwilio({ numbers: ['+493011122299'] });
    await using unknown = await openChannel(longer);
    await expect(unknown.channel.registration?.delete(signal)).rejects.toMatchObject({ code: 'TWI3404' });
  });

  it('says what keeps a number deaf: an application in its place, or the method GET, which it changes', async () => {
    const number = '+4930111222';
    const sms = 'https://bots.example/v1/lamps/sms';
    await using twilio = await startFakeTwilio({ numbers: [number] });
    await using opened = await openChannel(twilio);
    const { registration } = opened.channel;
    await registration?.set(sms, signal);
    expect((await registration?.info(signal))?.problems).toBeUndefined();
    twilio.applications.set(number, `AP${'1'.repeat(32)}`);
    twilio.smsMethods.set(number, 'GET');
    const { problems } = (await registration?.info(signal)) ?? {};
    expect(problems?.map((problem) => /application|GET/.exec(problem)?.[0])).toEqual(['application', 'GET']);
    const after = (await registration?.set(sms, signal))?.problems;
    expect(after?.map((problem) => /application|GET/.exec(problem)?.[0])).toEqual(['application']);
    expect(twilio.smsMethods.get(number)).toBe('POST');
  });

  it('of a Messaging Service sets both addresses', async () => {
    await using twilio = await startFakeTwilio({ services: [service] });
    await using opened = await openChannel(twilio, { messagingServiceSid: service });
    const state = await opened.channel.registration?.set('https://bots.example/v1/lamps/sms/', signal);
    expect(state?.url).toBe('https://bots.example/v1/lamps/sms/webhook');
    expect(twilio.serviceUrls.get(service)).toEqual({
      inbound: 'https://bots.example/v1/lamps/sms/webhook#rc=5&rp=all',
      status: 'https://bots.example/v1/lamps/sms/status',
    });
    expect((await opened.channel.registration?.info(signal))?.notes.join()).toContain('Fake service');
    expect((await opened.channel.registration?.delete(signal))?.url).toBeUndefined();
  });

  it('of a WhatsApp sender says what to enter where', async () => {
    await using twilio = await startFakeTwilio();
    await using opened = await openChannel(twilio, { from: 'whatsapp:+15550001111' });
    const state = await opened.channel.registration?.set('https://bots.example/v1/lamps/sms', signal);
    expect(state?.url).toBeUndefined();
    expect(state?.notes.join()).toContain('enter https://bots.example/v1/lamps/sms/webhook#rc=5&rp=all (POST)');
    expect(twilio.requests).toEqual([]);
  });

  it('names a number that is not the account’s, and a token that is wrong', async () => {
    await using twilio = await startFakeTwilio({ numbers: ['+4930999999'] });
    await using opened = await openChannel(twilio);
    await expect(opened.channel.registration?.info(signal)).rejects.toMatchObject({ code: 'TWI3404' });
    await using wrong = await openChannel(twilio, { authToken: 'another' });
    await expect(wrong.channel.registration?.info(signal)).rejects.toMatchObject({
      code: 'TWI3401',
      message: expect.stringContaining('20003 auth'),
    });
  });
});
