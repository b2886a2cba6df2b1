import { type FakeTwilio, fakeTwilioSid, startFakeTwilio } from '../../../kit/index.ts';
import type { Deployment } from '../../../whole/deployment.ts';
import { deployShops, listensAt, webhookOf } from './candle-shop.ts';

export const person = '+491701234567';
export const number = '+4930111222';
export const onWhatsapp = { person: `whatsapp:${person}`, number: 'whatsapp:+15550001111' };
export const contentSid = `HX${'a'.repeat(32)}`;
export const late = `HX${'b'.repeat(32)}`;
export const service = `MG${'0'.repeat(32)}`;
export const templates = `templates: { pickup: { contentSid: "${contentSid}", parameters: ["soon"] }, late: { contentSid: "${late}", parameters: ["{{ text }}"] } }`;

/** A program with the operator token of a bot that speaks through a Twilio of its own. */
export class Program implements AsyncDisposable {
  readonly twilio: FakeTwilio;
  readonly deployment: Deployment;
  #written = 0;

  private constructor(twilio: FakeTwilio, deployment: Deployment) {
    this.twilio = twilio;
    this.deployment = deployment;
  }

  static async start(from = number, config = templates): Promise<Program> {
    const twilio = await startFakeTwilio({ numbers: [number, onWhatsapp.number], services: [service] });
    return new Program(twilio, await deployShops([{ tenantId: 'candles', twilio, from, config }]));
  }

  get store() {
    return this.deployment.application.store.forTenant('candles');
  }

  /** Below the channel's address. */
  async call(method: string, path: string, body?: unknown, token = this.deployment.adminToken) {
    const response = await fetch(`${listensAt(this.deployment)}/v1/candles/sms/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async open(to = person): Promise<string> {
    return String((await this.call('POST', 'sessions', { to })).body['session']);
  }

  async seen(session: string): Promise<readonly object[]> {
    return (await this.call('GET', `sessions/${session}`)).body['messages'] as readonly object[];
  }

  /** The person writes. */
  async hear(body: string, from = person, to = number): Promise<void> {
    this.#written += 1;
    const sid = fakeTwilioSid('SM', `written ${this.#written}`);
    await this.twilio.receive({ url: webhookOf('candles'), sid, from, to, body });
  }

  letters() {
    return this.store.outbox.undelivered({ limit: 10 });
  }

  async retry(letter = ''): Promise<void> {
    const headers = { authorization: `Bearer ${this.deployment.adminToken}` };
    await fetch(`${listensAt(this.deployment)}/v1/candles/dead-letters/${letter}/retry`, { method: 'POST', headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.deployment[Symbol.asyncDispose]();
    await this.twilio[Symbol.asyncDispose]();
  }
}
