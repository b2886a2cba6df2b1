import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Clock, Http, HttpOptions, Model, ModelEvent, ModelRequest } from 'polyphon/plugin';
import { fakeHttp } from 'polyphon/testing';
import { loadChatClient } from '../../../../plugins/models/openai/chat-client.ts';
import { createOpenaiModel } from '../../../../plugins/models/openai/openai-model.ts';
import { readSettings } from '../../../../plugins/models/openai/settings.ts';

export const nowMs = Date.parse('2026-11-21T12:00:00Z');

export const clock: Clock = {
  now: () => nowMs,
  monotonicMs: () => 0,
  sleep: async () => {},
  deadline: () => ({ signal: new AbortController().signal, [Symbol.dispose]: () => {} }),
};

/** Every call that left through the granted client. */
export interface WatchedHttp extends Http {
  readonly calls: readonly { readonly url: string; readonly options: HttpOptions }[];
}

export function watchedHttp(): WatchedHttp {
  const calls: { url: string; options: HttpOptions }[] = [];
  const http = fakeHttp((url, options) => {
    calls.push({ url: String(url), options });
    return fetch(url, {
      method: options.method ?? 'GET',
      headers: options.headers ?? {},
      signal: options.signal,
      ...(typeof options.body === 'string' ? { body: options.body } : {}),
    });
  }, clock);
  return { calls, ...http };
}

export async function openModel(
  baseUrl: string,
  options: { readonly http?: Http; readonly config?: object } = {},
): Promise<Model> {
  const settings = readSettings({ model: 'gpt-4.1-mini', apiKey: 'sk-test', baseUrl, ...options.config });
  return createOpenaiModel({
    settings,
    client: await loadChatClient(settings),
    http: options.http ?? watchedHttp(),
  });
}

export const request: ModelRequest = {
  system: 'You answer for a dental practice.',
  messages: [{ role: 'contact', text: 'What does a crown cost?' }],
  passages: [],
  tools: [],
  language: 'en',
  texts: { greeting: 'Hello.', unknown: 'I do not know.' },
};

export const weatherTool = {
  name: 'weather',
  description: 'The weather of a place.',
  parameters: {
    type: 'object',
    properties: { location: { type: 'string' } },
    required: ['location'],
    additionalProperties: false,
  },
};

export async function collect(
  model: Model,
  from: ModelRequest,
  signal = new AbortController().signal,
): Promise<readonly ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.stream(from, signal)) events.push(event);
  return events;
}

export function textOf(events: readonly ModelEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('');
}

/** The events of a recorded stream, each a JSON text. */
export function recorded(name: string): readonly string[] {
  const path = fileURLToPath(new URL(`../../../fixtures/llm-streams/${name}`, import.meta.url));
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.replace(/^data: /, '').trim())
    .filter((line) => line !== '' && line !== '[DONE]');
}
