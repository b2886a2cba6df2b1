import { startFakeOpenai } from 'polyphon/testing';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { plugin } from '../../../../plugins/models/openai/plugin.ts';
import { readSettings } from '../../../../plugins/models/openai/settings.ts';
import { clock, collect, request, textOf, watchedHttp } from './open-model.ts';

describe('the plugin', () => {
  it.each<[object, boolean]>([
    [{ model: 'gpt-4.1-mini' }, true],
    [
      { model: 'gpt-4.1-mini', apiKey: 'k', baseUrl: 'http://localhost:11434/v1', temperature: 0, timeout: '90s' },
      true,
    ],
    [{}, false],
    [{ model: 'gpt-4.1-mini', apikey: 'k' }, false],
    [{ model: 'gpt-4.1-mini', temperature: 2.5 }, false],
    [{ model: 'gpt-4.1-mini', timeout: 'soon' }, false],
    [{ model: 'gpt-4.1-mini', baseUrl: 'file:///etc/passwd' }, false],
  ])('takes %j: %s', (config, isGood) => {
    expect(Value.Check(plugin.schema, config)).toBe(isGood);
  });

  it('marks its key as a secret', () => {
    expect(plugin.schema.properties.apiKey).toMatchObject({ secret: true });
  });

  it('opens without a request, and answers with what it was granted', async () => {
    await using fake = await startFakeOpenai();
    const http = watchedHttp();
    const config = { model: 'gpt-4.1-mini', apiKey: 'sk-test', baseUrl: fake.baseUrl };
    const model = await plugin.open({ config, http, clock } as unknown as Parameters<typeof plugin.open>[0]);
    expect(fake.requests).toEqual([]);
    expect(model.id).toBe('openai:gpt-4.1-mini');
    expect(textOf(await collect(model, request))).toBe('Hello from the fake service.');
    expect(http.calls).toHaveLength(1);
  });
});

describe('the settings', () => {
  it.each([
    ['250ms', 250],
    ['20s', 20_000],
    ['2m', 120_000],
    [undefined, 60_000],
  ])('%s is %i ms', (timeout, timeoutMs) => {
    expect(readSettings({ model: 'm', ...(timeout === undefined ? {} : { timeout }) }).timeoutMs).toBe(timeoutMs);
  });

  it('forgives a slash at the end of the address', () => {
    expect(readSettings({ model: 'm', baseUrl: 'https://models.example/v1/' })).toMatchObject({
      baseUrl: 'https://models.example/v1',
      host: 'models.example',
    });
  });
});
