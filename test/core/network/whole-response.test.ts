import { expect, it } from 'vitest';
import { WholeResponse } from '../../../core/network/whole-response.ts';

const said = '\uFEFF{"a":"ü"}';
const init = { status: 201, statusText: 'Made', headers: { 'content-type': 'application/json', 'x-b': 'c' } };
const bytesOf = (text: string) => new TextEncoder().encode(text).buffer;
const whole = (text = said) => new WholeResponse(bytesOf(text), init);
const plain = (text = said) => new Response(bytesOf(text), init);
const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' } };

const readers: Record<string, (response: Response) => Promise<unknown>> = {
  text: (response) => response.text(),
  json: (response) => response.json(),
  arrayBuffer: async (response) => [...new Uint8Array(await response.arrayBuffer())],
  bytes: async (response) => [...(await response.bytes())],
  blob: async (response) => {
    const blob = await response.blob();
    return [blob.type, await blob.text()];
  },
  body: async (response) => await new Response(response.body).text(),
  clone: async (response) => [await response.clone().text(), await response.text()],
  'text of a clone of what streams': async (response) => {
    void response.body;
    return [await response.clone().text(), await response.text()];
  },
};

it.each(Object.entries(readers))('is read as any Response is: %s', async (_, read) => {
  const answer = whole();
  expect(answer.bodyUsed).toBe(false);
  expect(await read(answer)).toEqual(await read(plain()));
  expect(answer.bodyUsed).toBe(true);
  for (const again of [answer.text(), answer.json(), answer.arrayBuffer(), answer.bytes(), answer.blob()]) {
    await expect(again).rejects.toThrow(TypeError);
  }
  expect(() => answer.clone()).toThrow(TypeError);
});

it('is a Response with its status and headers, also as a clone', () => {
  for (const answer of [whole(), whole().clone()]) {
    expect(answer).toBeInstanceOf(Response);
    expect([answer.status, answer.statusText, answer.ok, answer.headers.get('x-b')]).toEqual([201, 'Made', true, 'c']);
  }
});

it('reads a form, and says of what is no JSON what any Response says', async () => {
  const answer = new WholeResponse(bytesOf('a=1&b=2'), form);
  expect([...(await answer.formData()).entries()]).toEqual([
    ['a', '1'],
    ['b', '2'],
  ]);
  expect(answer.bodyUsed).toBe(true);
  await expect(whole('{').json()).rejects.toThrow(SyntaxError);
});
