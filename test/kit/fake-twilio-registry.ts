import {
  type FakeTwilioForm,
  fakeTwilioForms,
  firstOf,
  misfitOf,
  type TwilioRefusalAnswer,
} from './fake-twilio-rules.ts';
import { fakeTwilioSid } from './fake-twilio-webhook.ts';

type Answer = { readonly body: object } | { readonly refusal: TwilioRefusalAnswer };

const notFound: Answer = { refusal: { status: 404, code: 20404, message: 'The requested resource was not found' } };

/** The numbers and Messaging Services of an account, and the addresses they call. */
export class FakeTwilioRegistry {
  readonly smsUrls: Map<string, string>;
  /** By number: the application that takes precedence over its address, and the method of that. */
  readonly applications = new Map<string, string>();
  readonly smsMethods = new Map<string, string>();
  readonly serviceUrls: Map<string, { readonly inbound: string; readonly status: string }>;
  readonly #accountSid: string;
  readonly #senders: readonly string[];

  constructor(
    accountSid: string,
    options: {
      readonly numbers?: readonly string[];
      readonly services?: readonly string[];
      readonly serviceSenders?: readonly string[];
    },
  ) {
    const { numbers = [], services = [], serviceSenders = [] } = options;
    this.#senders = serviceSenders;
    this.#accountSid = accountSid;
    this.smsUrls = new Map(numbers.map((number) => [number, '']));
    this.serviceUrls = new Map(services.map((sid) => [sid, { inbound: '', status: '' }]));
  }

  answer(method: string, url: URL, form: FakeTwilioForm): Answer {
    const numbers = `/2010-04-01/Accounts/${this.#accountSid}/IncomingPhoneNumbers`;
    if (method === 'GET' && url.pathname === `${numbers}.json`) return this.#list(url.searchParams.get('PhoneNumber'));
    if (method === 'POST' && url.pathname.startsWith(`${numbers}/`)) {
      const sid = url.pathname.slice(numbers.length + 1).replace(/\.json$/, '');
      return this.#updateNumber(sid, form);
    }
    const senders = /^\/v1\/Services\/(MG[0-9a-fA-F]{32})\/(PhoneNumbers|ShortCodes|ChannelSenders)$/.exec(
      url.pathname,
    );
    if (method === 'GET' && senders !== null && this.serviceUrls.has(senders[1] ?? ''))
      return this.#members(senders[2]);
    const service = /^\/v1\/Services\/(MG[0-9a-fA-F]{32})$/.exec(url.pathname)?.[1];
    if (service === undefined || !this.serviceUrls.has(service)) return notFound;
    return method === 'POST' ? this.#updateService(service, form) : { body: this.#service(service) };
  }

  #list(wanted: string | null): Answer {
    // "You can specify partial numbers and use '*' as a wildcard for any digit."
    const found = [...this.smsUrls.keys()].filter((number) => wanted === null || number.includes(wanted));
    const incoming_phone_numbers = found.map((number) => this.#number(number));
    return { body: { incoming_phone_numbers, next_page_uri: null, page: 0, page_size: 50 } };
  }

  #members(kind: string | undefined): Answer {
    const [key, name, shape] = {
      PhoneNumbers: ['phone_numbers', 'phone_number', /^\+/] as const,
      ShortCodes: ['short_codes', 'short_code', /^\d/] as const,
    }[kind ?? ''] ?? ['senders', 'sender', /^whatsapp:/];
    const found = this.#senders.filter((sender) => shape.test(sender)).map((sender) => ({ [name]: sender }));
    return { body: { [key]: found, meta: { key, page: 0, page_size: 50, next_page_url: null } } };
  }

  #updateNumber(sid: string, form: FakeTwilioForm): Answer {
    const number = [...this.smsUrls.keys()].find((candidate) => fakeTwilioSid('PN', candidate) === sid);
    if (number === undefined) return notFound;
    const refusal = misfitOf(fakeTwilioForms.updateNumber, form);
    if (refusal !== undefined) return { refusal };
    if ('SmsUrl' in form) this.smsUrls.set(number, firstOf(form, 'SmsUrl') ?? '');
    if ('SmsMethod' in form) this.smsMethods.set(number, firstOf(form, 'SmsMethod') ?? 'POST');
    return { body: this.#number(number) };
  }

  #updateService(sid: string, form: FakeTwilioForm): Answer {
    const refusal = misfitOf(fakeTwilioForms.updateService, form);
    if (refusal !== undefined) return { refusal };
    this.serviceUrls.set(sid, {
      inbound: firstOf(form, 'InboundRequestUrl') ?? '',
      status: firstOf(form, 'StatusCallback') ?? '',
    });
    return { body: this.#service(sid) };
  }

  #number(number: string): object {
    return {
      sid: fakeTwilioSid('PN', number),
      account_sid: this.#accountSid,
      phone_number: number,
      sms_url: this.smsUrls.get(number) ?? '',
      sms_method: this.smsMethods.get(number) ?? 'POST',
      sms_application_sid: this.applications.get(number) || null,
    };
  }

  #service(sid: string): object {
    const { inbound, status } = this.serviceUrls.get(sid) ?? { inbound: '', status: '' };
    return {
      sid,
      account_sid: this.#accountSid,
      friendly_name: 'Fake service',
      inbound_request_url: inbound === '' ? null : inbound,
      inbound_method: 'POST',
      status_callback: status === '' ? null : status,
      use_inbound_webhook_on_number: false,
    };
  }
}
