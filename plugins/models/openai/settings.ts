import type { Static } from 'typebox';
import { defaultBaseUrl, type schema } from './schema.ts';

export interface OpenaiSettings {
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly baseUrl: string;
  /** For messages: where the requests go, without path or credentials. */
  readonly host: string;
  readonly temperature: number | undefined;
  readonly maxTokens: number | undefined;
  readonly timeoutMs: number;
  readonly organization: string | undefined;
  readonly project: string | undefined;
  readonly images: 'shown' | 'named';
  readonly streamUsage: 'yes' | 'no';
}

export function readSettings(config: Static<typeof schema>): OpenaiSettings {
  const baseUrl = (config.baseUrl ?? defaultBaseUrl).replace(/\/+$/, '');
  return {
    model: config.model,
    apiKey: config.apiKey,
    baseUrl,
    host: new URL(baseUrl).host,
    temperature: config.temperature,
    maxTokens: config.maxTokens,
    timeoutMs: milliseconds(config.timeout ?? '60s'),
    organization: config.organization,
    project: config.project,
    images: config.images === true ? 'shown' : 'named',
    streamUsage: config.streamUsage === false ? 'no' : 'yes',
  };
}

export function headersFor(settings: OpenaiSettings): Readonly<Record<string, string>> {
  return {
    accept: 'text/event-stream, application/json',
    ...(settings.apiKey === undefined ? {} : { authorization: `Bearer ${settings.apiKey}` }),
    ...(settings.organization === undefined ? {} : { 'openai-organization': settings.organization }),
    ...(settings.project === undefined ? {} : { 'openai-project': settings.project }),
  };
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

function milliseconds(duration: string): number {
  const [, count = '60', unit = 's'] = /^(\d+)(ms|s|m)$/.exec(duration) ?? [];
  return Number(count) * (unitMs[unit] ?? 1000);
}
