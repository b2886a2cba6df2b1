import { describe, expect, it } from 'vitest';
import { addressForm as telegram } from '../../../plugins/channels/telegram/address-form.ts';
import { addressFormOf as twilio } from '../../../plugins/channels/twilio-messaging/address-form.ts';
import { addressForm as whatsapp } from '../../../plugins/channels/whatsapp/address-form.ts';

describe('an address that somebody wrote by hand', () => {
  it.each([
    ['+49301234567', '+49301234567', 'whatsapp:+49301234567', '49301234567', undefined],
    ['0049301234567', '+49301234567', 'whatsapp:+49301234567', '49301234567', undefined],
    ['whatsapp:+49301234567', 'whatsapp:+49301234567', 'whatsapp:+49301234567', undefined, undefined],
    ['0301234567', undefined, undefined, undefined, undefined],
    ['49301234567', undefined, undefined, undefined, '49301234567'],
    ['+0301234567', undefined, undefined, undefined, undefined],
    ['+4930123456789012', undefined, undefined, undefined, undefined],
    ['+49301', undefined, undefined, undefined, undefined],
    ['@ada_l', undefined, undefined, undefined, '@ada_l'],
    ['ada_l', undefined, undefined, undefined, '@ada_l'],
    ['ada@shop.example', undefined, undefined, undefined, undefined],
    ['-1001234567', undefined, undefined, undefined, undefined],
    ['+49301234567\n', undefined, undefined, undefined, undefined],
  ])('%j is read as each platform knows it', (written, sms, viaTwilio, viaMeta, atTelegram) => {
    expect(twilio('sms').read(written)).toBe(sms);
    expect(twilio('whatsapp').read(written)).toBe(viaTwilio);
    expect(whatsapp.read(written)).toBe(viaMeta);
    expect(telegram.read(written)).toBe(atTelegram);
  });

  it.each([
    ['5511912345678', '551112345678', true],
    ['551112345678', '5511912345678', true],
    ['525612345678', '5215612345678', true],
    ['541112345678', '5491112345678', true],
    ['5511912345678', '5511912345678', false],
    ['5511912345678', '551112345679', false],
    ['49912345678', '4912345678', false],
    ['5511912345678', 'BR.1', false],
  ])('%s may be dialled for who is %s on WhatsApp: %s', (dialled, id, expected) => {
    expect(whatsapp.alike?.(dialled).includes(id)).toBe(expected);
    expect(whatsapp.alike?.(id).includes(dialled)).toBe(expected);
  });

  it.each([
    ['Twilio', twilio('sms')],
    ['Twilio for WhatsApp', twilio('whatsapp')],
    ['WhatsApp', whatsapp],
    ['Telegram', telegram],
  ])('may be what %s shows as an example to who wrote another', (_, { words, read }) => {
    const [, ...examples] = words.split(/ as in | or (?=[@+])/);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect(read(example), example).toBeDefined();
  });
});
