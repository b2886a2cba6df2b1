import type { LocalizedText, Logger, ResolvedBot } from '../../contract/index.ts';
import { builtInTexts } from './built-in-texts.ts';
import { openingState } from './opening-hours.ts';
import { spokenMoment, spokenOpening } from './spoken-time.ts';

/** Who and where, for the variables of a text. */
export interface TextScene {
  readonly channel: string;
  readonly language: string;
  readonly contact: { readonly name?: string | null; readonly email?: string | null; readonly phone?: string | null };
  readonly session: {
    readonly id: string;
    readonly locale?: string | null;
    readonly metadata: Readonly<Record<string, unknown>>;
  };
}

/** The bot's own words, in the language of the turn, with their variables filled in. */
export class BotTexts {
  readonly #bot: ResolvedBot;
  readonly #scene: TextScene;
  readonly #render: (template: string, variables: Readonly<Record<string, unknown>>) => string;
  readonly #nowMs: number;
  readonly #log: Logger;
  #variables: Readonly<Record<string, unknown>> | undefined;

  constructor(options: {
    readonly bot: ResolvedBot;
    readonly scene: TextScene;
    readonly nowMs: number;
    readonly log: Logger;
    render(template: string, variables: Readonly<Record<string, unknown>>): string;
  }) {
    this.#bot = options.bot;
    this.#scene = options.scene;
    this.#render = options.render;
    this.#nowMs = options.nowMs;
    this.#log = options.log;
  }

  /** A prompt of the definition, as the channel overrides it; empty where there is none. */
  prompt(name: string): string {
    const override = this.#bot.channels[this.#scene.channel]?.override.prompts?.[name];
    const text = override ?? this.#bot.prompts[name];
    return text === undefined ? '' : this.localized(text);
  }

  /** The definition's words for a thing every bot must be able to say, else ours. */
  own(name: keyof typeof builtInTexts): string {
    const words = this.prompt(name);
    if (words !== '') return words;
    const texts: Readonly<Record<string, string>> = builtInTexts[name];
    const said = texts[this.#scene.language] ?? texts[this.#bot.languages.default] ?? builtInTexts[name].en;
    return said.replace('{bot}', () => this.#name());
  }

  localized(text: LocalizedText): string {
    const template = text[this.#scene.language] ?? text[this.#bot.languages.default] ?? Object.values(text)[0] ?? '';
    if (!template.includes('{{') && !template.includes('{%')) return template.trim();
    try {
      this.#variables ??= this.#makeVariables();
      return this.#render(template, this.#variables).trim();
    } catch (error) {
      this.#log.warn('a text of the bot could not be filled in and is said as it stands', { error });
      return template.trim();
    }
  }

  #name(): string {
    const { name, languages, tenantId } = this.#bot;
    return name[this.#scene.language] ?? name[languages.default] ?? tenantId;
  }

  #makeVariables(): Readonly<Record<string, unknown>> {
    const bot = this.#bot;
    const { channel, session, language } = this.#scene;
    const scene = this.#scene;
    const now = { timezone: bot.timezone, atMs: this.#nowMs };
    const opening = bot.hours === undefined ? undefined : openingState(bot.hours, bot.timezone, this.#nowMs);
    return {
      bot: { name: this.#name(), language },
      tenant: { id: bot.tenantId, labels: bot.labels },
      // Read from the store, and most texts do not say who somebody is.
      get contact() {
        const { name, email, phone } = scene.contact;
        return { name: name ?? '', email: email ?? '', phone: phone ?? '' };
      },
      session: { id: session.id, locale: session.locale ?? '', metadata: session.metadata },
      context: session.metadata,
      channel,
      vars: bot.vars,
      get now() {
        return spokenMoment(language, now);
      },
      hours: {
        open: opening?.open ?? true,
        note: opening?.note ?? '',
        nextOpen:
          opening?.nextOpenAtMs === undefined ? '' : spokenOpening(language, { ...now, atMs: opening.nextOpenAtMs }),
      },
    };
  }
}
