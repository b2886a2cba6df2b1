import { startFakeOpenai } from 'polyphon/testing';
import { describe, expect, it } from 'vitest';

const good = { model: 'gpt-4.1-mini', messages: [{ role: 'user', content: 'Hello' }] };
const call = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } };

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
