import type { FakeWhatsappOptions } from './fake-whatsapp-face.ts';
import type { Fields } from './fake-whatsapp-rules.ts';

/** Of the access token. */
const app = { id: '67084829', name: 'The Lamp Shop' };

/** The business account: its numbers, the apps that are subscribed to it, and which address Meta calls. */
export class FakeWhatsappAccount {
  readonly #phoneNumberId: string;
  readonly #wabaId: string;
  readonly #options: FakeWhatsappOptions;
  #override: string | undefined;
  #numberOverride: string | undefined;
  #isSubscribed: boolean;

  constructor(ids: { readonly phoneNumberId: string; readonly wabaId: string }, options: FakeWhatsappOptions) {
    this.#phoneNumberId = ids.phoneNumberId;
    this.#wabaId = ids.wabaId;
    this.#options = options;
    this.#isSubscribed = options.unsubscribed !== true;
  }

  /** Undefined for what is not about the account. */
  answer(method: string, url: URL, body: Fields | undefined): object | undefined {
    const [, , id, edge = ''] = url.pathname.split('/');
    if (id === this.#phoneNumberId && edge === '' && method !== 'DELETE') return this.#number(method, url, body);
    // The app that the token is of.
    if (id === 'app' && edge === '' && method === 'GET') return app;
    if (id !== this.#wabaId) return undefined;
    if (edge === 'phone_numbers' && method === 'GET') return this.#numbers();
    return edge === 'subscribed_apps' ? this.#subscription(method, body) : undefined;
  }

  /** The address of the number goes before that of the account, and that before the app's. */
  #number(method: string, url: URL, body: Fields | undefined): object {
    if (method === 'POST') {
      const { override_callback_uri: address } = (body?.['webhook_configuration'] ?? {}) as Fields;
      if (typeof address === 'string') this.#numberOverride = address === '' ? undefined : address;
      return { success: true };
    }
    const { appCallback } = this.#options;
    const addresses = {
      ...(this.#numberOverride === undefined ? {} : { phone_number: this.#numberOverride }),
      ...(this.#override === undefined ? {} : { whatsapp_business_account: this.#override }),
      ...(appCallback === undefined ? {} : { application: appCallback }),
    };
    const asked = url.searchParams.get('fields')?.split(',').includes('webhook_configuration') === true;
    return {
      id: this.#phoneNumberId,
      display_phone_number: '+1 555-078-3881',
      verified_name: 'The Lamp Shop',
      quality_rating: 'GREEN',
      ...(asked && Object.keys(addresses).length > 0 ? { webhook_configuration: addresses } : {}),
    };
  }

  #numbers(): object {
    const ids = [this.#phoneNumberId, ...(this.#options.otherNumbers ?? [])];
    return { data: ids.map((id) => ({ id, display_phone_number: '+1 555-078-3881', status: 'LINKED' })) };
  }

  #subscription(method: string, body: Fields | undefined): object {
    if (method === 'POST') this.#override = body?.['override_callback_uri'] as string | undefined;
    if (method === 'DELETE') this.#override = undefined;
    if (method !== 'GET') {
      this.#isSubscribed = method === 'POST';
      return { success: true };
    }
    const ours = {
      whatsapp_business_api_data: app,
      ...(this.#override === undefined ? {} : { override_callback_uri: this.#override }),
    };
    const others = (this.#options.otherApps ?? []).map((id) => ({
      whatsapp_business_api_data: { id, name: 'Another' },
    }));
    return { data: this.#isSubscribed ? [...others, ours] : others };
  }
}
