import { expect, it } from 'vitest';
import { WholeRequest } from '../../../core/http/whole-request.ts';

const url = 'http://localhost/v1/a/b?c=d';
const init = { method: 'POST', headers: { 'content-type': 'application/json', 'x-b': 'c' } };
const body = new TextEncoder().encode('{"a":"ü"}');
const whole = () => new WholeRequest(url, init, body);
const plain = () => new Request(url, { ...init, body });

const readers: Record<string, (request: Request) => Promise<unknown>> = {
  text: (request) => request.text(),
  json: (request) => request.json(),
  arrayBuffer: async (request) => [...new Uint8Array(await request.arrayBuffer())],
  bytes: async (request) => [...(await request.bytes())],
  blob: async (request) => {
    const blob = await request.blob();
    return [blob.type, await blob.text()];
  },
  body: async (request) => await new Response(request.body).text(),
  clone: async (request) => [await request.clone().text(), await request.text()],
};

it.each(Object.entries(readers))('is read as any Request is: %s', async (_, read) => {
  const request = whole();
  expect(request.bodyUsed).toBe(false);
  expect(await read(request)).toEqual(await read(plain()));
  expect(request.bodyUsed).toBe(true);
  await expect(request.text()).rejects.toThrow(TypeError);
});

it('is a Request with its address, method and headers', async () => {
  const request = whole();
  expect(request).toBeInstanceOf(Request);
  expect([request.url, request.method, request.headers.get('x-b')]).toEqual([url, 'POST', 'c']);
  const form = new WholeRequest(
    url,
    { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    new TextEncoder().encode('a=1&b=2'),
  );
  expect([...(await form.formData()).entries()]).toEqual([
    ['a', '1'],
    ['b', '2'],
  ]);
});
