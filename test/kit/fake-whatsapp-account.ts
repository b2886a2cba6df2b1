import type { FakeWhatsappRefusal, Fields } from './fake-whatsapp-rules.ts';

/** An app that is subscribed to the account; each sees and changes its own subscription alone. */
export interface FakeWhatsappApp {
  readonly id: string;
  readonly name: string;
  /** Its address for the whole account. */
  readonly override?: string;
}

export interface FakeWhatsappAccountOptions {
  readonly phoneNumberId: string;
  readonly wabaId: string;
  /** The app that the token is of. */
  readonly app: FakeWhatsappApp;
  /** Subscribed from the beginning. */
  readonly otherApps: readonly FakeWhatsappApp[];
  readonly otherNumbers: readonly string[];
  readonly isSubscribed: boolean;
  /** The address that the app's dashboard has. */
  readonly appCallback: string | undefined;
  /** Asks an address for its challenge. */
  readonly reach: (address: URL) => Promise<Response>;
}

type Answered = { readonly refusal: FakeWhatsappRefusal } | { readonly body: object };

/** The business account, its numbers, and which apps hear of them. */
export class FakeWhatsappAccount {
  readonly #options: FakeWhatsappAccountOptions;
  #isSubscribed: boolean;
  #override: string | undefined;
  #numberOverride: string | undefined;

  constructor(options: FakeWhatsappAccountOptions) {
    this.#options = options;
    this.#isSubscribed = options.isSubscribed;
  }

  /** Where what comes for the number goes: the address of the number goes before that of the account, and that before the app's. */
  get callback(): string | undefined {
    if (!this.#isSubscribed) return undefined;
    return this.#numberOverride ?? this.#override ?? this.#options.appCallback;
  }

  /** Undefined for what is none of the account. */
  answer(
    method: string,
    [id = '', edge = '']: readonly string[],
    url: URL,
    body: Fields,
  ): Promise<Answered> | undefined {
    const { phoneNumberId, wabaId, app, otherNumbers } = this.#options;
    const asked = `${method} ${edge}`;
    if (id === 'app' && asked === 'GET ') return answered({ id: app.id, name: app.name });
    if (id === phoneNumberId && asked === 'GET ') return answered(this.#number(url));
    if (id === phoneNumberId && asked === 'POST ') return this.#changeNumber(body);
    if (id !== wabaId) return undefined;
    switch (asked) {
      case 'GET phone_numbers':
        return answered({ data: [phoneNumberId, ...otherNumbers].map((number) => ({ ...numberInLists, id: number })) });
      case 'GET subscribed_apps':
        return answered({ data: this.#apps() });
      case 'POST subscribed_apps':
        return this.#subscribe(body);
      case 'DELETE subscribed_apps':
        // With it go the addresses of the app.
        this.#isSubscribed = false;
        this.#override = undefined;
        this.#numberOverride = undefined;
        return answered({ success: true });
      default:
        return undefined;
    }
  }

  #number(url: URL): object {
    const { phoneNumberId, appCallback } = this.#options;
    const addresses = {
      ...(this.#numberOverride === undefined ? {} : { phone_number: this.#numberOverride }),
      ...(this.#override === undefined ? {} : { whatsapp_business_account: this.#override }),
      ...(appCallback === undefined ? {} : { application: appCallback }),
    };
    const isAsked = url.searchParams.get('fields')?.split(',').includes('webhook_configuration') === true;
    return {
      id: phoneNumberId,
      display_phone_number: '+1 555-078-3881',
      verified_name: 'The Lamp Shop',
      quality_rating: 'GREEN',
      ...(isAsked && Object.keys(addresses).length > 0 ? { webhook_configuration: addresses } : {}),
    };
  }

  #apps(): readonly object[] {
    const { app, otherApps } = this.#options;
    const own = { ...app, ...(this.#override === undefined ? {} : { override: this.#override }) };
    return [...(this.#isSubscribed ? [own] : []), ...otherApps].map(({ id, name, override }) => ({
      whatsapp_business_api_data: { id, name, link: `https://www.facebook.com/games/?app_id=${id}` },
      ...(override === undefined ? {} : { override_callback_uri: override }),
    }));
  }

  async #changeNumber(body: Fields): Promise<Answered> {
    const { override_callback_uri: address, verify_token: token } = (body?.['webhook_configuration'] ?? {}) as Fields;
    if (typeof address !== 'string') return { body: { success: true } };
    if (!this.#isSubscribed) return refused(notSubscribed);
    const refusal = address === '' ? undefined : await this.#verify(address, token);
    if (refusal !== undefined) return { refusal };
    this.#numberOverride = address === '' ? undefined : address;
    return { body: { success: true } };
  }

  /** Without an address it takes that of the account away. */
  async #subscribe(body: Fields | undefined): Promise<Answered> {
    const { override_callback_uri: address, verify_token: token } = body ?? {};
    if (typeof address === 'string') {
      if (!this.#isSubscribed) return refused(notSubscribed);
      const refusal = await this.#verify(address, token);
      if (refusal !== undefined) return { refusal };
    }
    this.#isSubscribed = true;
    this.#override = typeof address === 'string' ? address : undefined;
    return { body: { success: true } };
  }

  /** Meta asks the address for its challenge (https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/create-webhook-endpoint). */
  async #verify(address: string, token: unknown): Promise<FakeWhatsappRefusal | undefined> {
    if (!/^https:\/\/.{1,192}$/.test(address) || typeof token !== 'string' || token === '') {
      return {
        ...notVerified,
        details: 'override_callback_uri must be https, at most 200 characters, with a verify_token',
      };
    }
    const url = new URL(address);
    url.searchParams.set('hub.mode', 'subscribe');
    url.searchParams.set('hub.challenge', '1158201444');
    url.searchParams.set('hub.verify_token', token);
    try {
      const response = await this.#options.reach(url);
      if (response.ok && (await response.text()) === '1158201444') return undefined;
      return { ...notVerified, details: `HTTP Status Code = ${response.status}` };
    } catch {
      return { ...notVerified, details: 'HTTP Status Code = 0; the address cannot be reached' };
    }
  }
}

const numberInLists = { display_phone_number: '+1 555-078-3881', status: 'LINKED' };

const notSubscribed: FakeWhatsappRefusal = {
  status: 400,
  code: 100,
  message: '(#100) Invalid parameter',
  details:
    'Before override the current callback uri, your app must be subscribed to receive messages for WhatsApp Business Account',
};
const notVerified: FakeWhatsappRefusal = {
  status: 400,
  code: 2200,
  message: '(#2200) Callback verification failed',
  details: '',
};

function refused(refusal: FakeWhatsappRefusal): Answered {
  return { refusal };
}

function answered(body: object): Promise<Answered> {
  return Promise.resolve({ body });
}
