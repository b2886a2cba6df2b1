import { PolyphonError } from 'polyphon/plugin';
import { idOf, listOf, objectOf, textOf } from './loose-json.ts';
import type { RegistrationCall } from './registration-call.ts';

/** Which apps get what comes to a business account. */
export interface Subscriptions {
  /** Of the token's own app; `unknown` where Meta does not say which that is. */
  readonly own: 'subscribed' | 'not-subscribed' | 'unknown';
  /** Names of the others. */
  readonly others: readonly string[];
  /** An address that holds for a whole account is among them. */
  readonly hasAddress: boolean;
}

/**
 * Apps of several vendors may be subscribed to one account, each by itself and with addresses of its own: to subscribe and to end it are of
 * the app that the token is of (https://developers.facebook.com/documentation/business-messaging/whatsapp/solution-providers/manage-webhooks).
 */
export class AccountSubscription {
  readonly #ask: RegistrationCall;
  readonly #wabaId: string;
  readonly #edge: string;

  constructor(ask: RegistrationCall, wabaId: string) {
    this.#ask = ask;
    this.#wabaId = wabaId;
    this.#edge = `${wabaId}/subscribed_apps`;
  }

  async look(signal: AbortSignal): Promise<Subscriptions> {
    const [{ data }, ownId] = await Promise.all([this.#ask('GET', this.#edge, signal), this.#ownApp(signal)]);
    const apps = listOf(data).map((entry) => {
      const { whatsapp_business_api_data: about, override_callback_uri: address } = objectOf(entry);
      const { id, name } = objectOf(about);
      return { id: idOf(id), name: textOf(name, 100) ?? idOf(id) ?? 'one without a name', address: idOf(address) };
    });
    const isOwn = apps.some(({ id }) => id !== undefined && id === ownId);
    const isKnown = ownId !== undefined || apps.length === 0;
    return {
      own: isOwn ? 'subscribed' : isKnown ? 'not-subscribed' : 'unknown',
      others: ownId === undefined ? [] : apps.filter(({ id }) => id !== ownId).map(({ name }) => name),
      hasAddress: apps.some(({ address }) => address !== undefined),
    };
  }

  /** Without a body, so that it takes an address of the whole account away where there is one: other numbers may hear by that. */
  async begin(signal: AbortSignal): Promise<void> {
    await this.#ask('POST', this.#edge, signal);
  }

  async end(signal: AbortSignal): Promise<void> {
    await this.#ask('DELETE', this.#edge, signal);
  }

  /** How many numbers the account has beside this one; undefined where the token may not know. */
  async otherNumbers(phoneNumberId: string, signal: AbortSignal): Promise<number | undefined> {
    const found = await this.#unlessRefused(
      `${this.#wabaId}/phone_numbers?fields=id,display_phone_number,status`,
      signal,
    );
    return found === undefined
      ? undefined
      : listOf(found['data']).filter((entry) => idOf(objectOf(entry)['id']) !== phoneNumberId).length;
  }

  /** `app` stands for the app that made the token, as `me` for who it is of. */
  async #ownApp(signal: AbortSignal): Promise<string | undefined> {
    return idOf((await this.#unlessRefused('app?fields=id', signal))?.['id']);
  }

  async #unlessRefused(path: string, signal: AbortSignal): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      return await this.#ask('GET', path, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof PolyphonError && error.code === 'WAP3303' && error.retryAfterMs === undefined) {
        return undefined;
      }
      throw error;
    }
  }
}
