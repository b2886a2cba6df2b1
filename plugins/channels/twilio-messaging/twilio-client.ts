import type { Http } from 'polyphon/plugin';
import type { IncomingPhoneNumberListInstance } from 'twilio/lib/rest/api/v2010/account/incomingPhoneNumber.js';
import type { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js';
import type { ContentListInstance } from 'twilio/lib/rest/content/v1/content.js';
import type { ServiceListInstance } from 'twilio/lib/rest/messaging/v1/service.js';
import { createTransport } from './transport.ts';

export interface TwilioClientOptions {
  readonly http: Http;
  readonly accountSid: string;
  readonly authToken: string;
  readonly baseUrl: string;
}

const versions = { api: '2010-04-01', messaging: 'v1', content: 'v1' } as const;
type Part = keyof typeof versions;

/**
 * Twilio's own classes for the four resources we use, without its client: that would bring an HTTP client of its own, 70 ms and
 * 20 MB. A resource lives for one call, because only so does each call have a signal.
 */
export class TwilioClient {
  readonly #options: TwilioClientOptions;

  constructor(options: TwilioClientOptions) {
    this.#options = options;
  }

  async messages(signal: AbortSignal): Promise<MessageListInstance> {
    const { MessageListInstance } = await import('twilio/lib/rest/api/v2010/account/message.js');
    return MessageListInstance(await this.#version('api', signal), this.#options.accountSid);
  }

  async numbers(signal: AbortSignal): Promise<IncomingPhoneNumberListInstance> {
    const { IncomingPhoneNumberListInstance } = await import(
      'twilio/lib/rest/api/v2010/account/incomingPhoneNumber.js'
    );
    return IncomingPhoneNumberListInstance(await this.#version('api', signal), this.#options.accountSid);
  }

  async services(signal: AbortSignal): Promise<ServiceListInstance> {
    const { ServiceListInstance } = await import('twilio/lib/rest/messaging/v1/service.js');
    return ServiceListInstance(await this.#version('messaging', signal));
  }

  async contents(signal: AbortSignal): Promise<ContentListInstance> {
    const { ContentListInstance } = await import('twilio/lib/rest/content/v1/content.js');
    return ContentListInstance(await this.#version('content', signal));
  }

  /**
   * What a resource asks of its surroundings: a version and a domain, which are Twilio's, and a client, which is ours.
   * The types name the generated classes of the whole API; a resource uses no more of them than what is here.
   */
  async #version<Of>(of: Part, signal: AbortSignal): Promise<Of> {
    const [version, domain] = await Promise.all([
      import('twilio/lib/base/Version.js'),
      import('twilio/lib/base/Domain.js'),
    ]);
    const client = createTransport(this.#options, signal);
    const Domain = defaultOf(domain);
    const Version = defaultOf(version);
    return new Version(new Domain(client as never, this.#addressOf(of)), versions[of]) as Of;
  }

  /** Each part of the API has a name of its own in the same region. */
  #addressOf(part: Part): string {
    const { origin, hostname } = new URL(this.#options.baseUrl);
    return hostname.endsWith('.twilio.com') ? origin.replace('//api.', `//${part}.`) : origin;
  }
}

/** What a CommonJS module exports as `default`: Node has it one level lower than test runners and bundlers. */
function defaultOf<Exported>(module: { readonly default: { readonly default: Exported } }): Exported {
  const { default: exports } = module;
  return typeof exports === 'function' ? (exports as unknown as Exported) : exports.default;
}
