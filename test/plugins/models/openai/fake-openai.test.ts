import { startFakeOpenai } from 'polyphon/testing';
import { describe, expect, it } from 'vitest';

const good = { model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'Hello' }] };
const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } };

const png = 'data:image/png;base64,iVBORw0KGgo=';
const part = 'messages[0].content[0]';
const picture = (url: string) => ({ type: 'image_url', image_url: { url } });
const seen = (first: object, role = 'user') => ({ ...good, messages: [{ role, content: [first] }] });

async function post(body: unknown, headers: Record<string, string> = { authorization: 'Bearer sk-test' }) {
  await using fake = await startFakeOpenai({ models: ['gpt-4.1-mini'] });
  const response = await fetch(`${fake.baseUrl}/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as { error?: { code: string; param: string | null } };
  return { status: response.status, code: answer.error?.code, param: answer.error?.param, logged: fake.requests[0] };
}

describe('the fake service', () => {
  it('takes pictures of people', async () => {
    const content = [{ type: 'text', text: 'See' }, picture(png), picture('https://example.org/lamp.png')];
    expect((await post({ ...good, messages: [{ role: 'user', content }] })).status).toBe(200);
  });

  it('takes a good request and keeps it', async () => {
    const { status, logged } = await post(good);
    expect(status).toBe(200);
    expect(logged).toMatchObject({ method: 'POST', path: '/v1/chat/completions', body: good, refusal: undefined });
  });

  it.each<[string, object, string, string]>([
    ['no model', { messages: good.messages }, 'missing_required_parameter', 'model'],
    ['no messages', { model: good.model, messages: [] }, 'empty_array', 'messages'],
    ['a parameter that does not exist', { ...good, maxTokens: 5 }, 'unknown_parameter', 'maxTokens'],
    ['a temperature out of range', { ...good, temperature: 3 }, 'invalid_value', 'temperature'],
    ['a penalty out of range', { ...good, presence_penalty: 5 }, 'invalid_value', 'presence_penalty'],
    ['more words to stop at than four', { ...good, stop: ['a', 'b', 'c', 'd', 'e'] }, 'invalid_value', 'stop'],
    ['two limits', { ...good, max_tokens: 5, max_completion_tokens: 5 }, 'invalid_parameter_combination', 'max_tokens'],
    [
      'stream options without a stream',
      { ...good, stream_options: { include_usage: true } },
      'invalid_parameter',
      'stream_options',
    ],
    [
      'an unknown role',
      { ...good, messages: [{ role: 'contact', content: 'Hi' }] },
      'invalid_value',
      'messages[0].role',
    ],
    ['no content', { ...good, messages: [{ role: 'user' }] }, 'invalid_type', 'messages[0].content'],
    ['no parts', { ...good, messages: [{ role: 'user', content: [] }] }, 'empty_array', 'messages[0].content'],
    ['a part of a kind that does not exist', seen({ type: 'image', url: png }), 'invalid_value', `${part}.type`],
    ['a picture of the system', seen(picture(png), 'system'), 'invalid_value', `${part}.type`],
    ['a picture without its object', seen({ type: 'image_url', image_url: png }), 'invalid_type', `${part}.image_url`],
    ['a drawing', seen(picture(png.replace('png', 'svg+xml'))), 'invalid_image_format', `${part}.image_url.url`],
    ['a picture that is no base64', seen(picture(`${png}!`)), 'invalid_base64', `${part}.image_url.url`],
    ['an empty picture', seen(picture('data:image/png;base64,')), 'invalid_base64', `${part}.image_url.url`],
    ['a picture from a disk', seen(picture('file:///etc/passwd')), 'invalid_image_url', `${part}.image_url.url`],
    [
      'an answer of a tool nobody called',
      { ...good, messages: [{ role: 'tool', content: 'x', tool_call_id: 'call_1' }] },
      'invalid_value',
      'messages[0].role',
    ],
    [
      'a call without an answer',
      { ...good, messages: [...good.messages, { role: 'assistant', tool_calls: [call] }] },
      'invalid_value',
      'messages',
    ],
    [
      'a tool with a space in its name',
      { ...good, tools: [{ type: 'function', function: { name: 'the weather' } }] },
      'invalid_value',
      'tools[0].function.name',
    ],
    [
      'parameters that are no object',
      { ...good, tools: [{ type: 'function', function: { name: 'a', parameters: { type: 'string' } } }] },
      'invalid_function_parameters',
      'tools[0].function.parameters',
    ],
    ['no tools', { ...good, tools: [] }, 'empty_array', 'tools'],
  ])('refuses %s', async (_name, body, code, param) => {
    expect(await post(body)).toMatchObject({ status: 400, code, param });
  });

  it('refuses a wrong key and a model it does not have', async () => {
    expect(await post(good, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(await post(good, {})).toMatchObject({ status: 401 });
    expect(await post({ ...good, model: 'gpt-99' })).toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it('gives each completion its own id', async () => {
    await using fake = await startFakeOpenai();
    const ids = await Promise.all(
      [1, 2, 3].map(async () => {
        const response = await fetch(`${fake.baseUrl}/chat/completions`, {
          method: 'POST',
          headers: { authorization: 'Bearer sk-test' },
          body: JSON.stringify(good),
        });
        return ((await response.json()) as { id: string }).id;
      }),
    );
    expect(new Set(ids).size).toBe(3);
  });
});
