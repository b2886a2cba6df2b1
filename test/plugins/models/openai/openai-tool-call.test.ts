import { startFakeOpenai } from 'polyphon/testing';
import { describe, expect, it } from 'vitest';
import { collect, openModel, recorded, request, textOf, weatherTool } from './open-model.ts';

describe('a tool call', () => {
  const withTool = { ...request, tools: [weatherTool] };

  it('is handed on whole when its arguments come in pieces', async () => {
    const calls = [
      { id: 'call_a', name: 'weather', arguments: '{"location":"Köln"}' },
      { id: 'call_b', name: 'weather', arguments: '{"location":"Bonn"}' },
    ];
    await using fake = await startFakeOpenai({
      replies: [{ kind: 'tool-calls', calls, text: 'One moment.', fragmentLength: 2 }],
    });
    const events = await collect(await openModel(fake.baseUrl), withTool);
    expect(textOf(events)).toBe('One moment.');
    expect(events.filter(({ type }) => type === 'tool-call')).toEqual([
      { type: 'tool-call', call: { id: 'call_a', name: 'weather', arguments: { location: 'Köln' } } },
      { type: 'tool-call', call: { id: 'call_b', name: 'weather', arguments: { location: 'Bonn' } } },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'done', finish: 'tool-calls' });
  });

  it.each([
    ['mistral-tool-call.chunks.txt', 'weather', { location: 'San Francisco' }],
    ['mistral-incremental-tool-call.chunks.txt', 'webSearchTool', { query: 'current Berlin weather' }],
    ['anthropic-fallback-tool-call.sse', 'read_file', { path: 'a.txt' }],
  ])('is read from the recorded stream %s', async (name, tool, args) => {
    await using fake = await startFakeOpenai({ replies: [{ kind: 'recorded', lines: recorded(name) }] });
    const offered = { name: tool, description: 'A tool.', parameters: { type: 'object' } };
    const events = await collect(await openModel(fake.baseUrl), { ...request, tools: [offered] });
    expect(events.find(({ type }) => type === 'tool-call')).toMatchObject({ call: { name: tool, arguments: args } });
    expect(events.at(-1)).toMatchObject({ finish: 'tool-calls' });
  });

  it.each([
    ['arguments that are cut off', { name: 'weather', arguments: '{"location":"Kö' }],
    ['arguments its schema refuses', { name: 'weather', arguments: '{"location":5}' }],
    ['arguments that are no object', { name: 'weather', arguments: '[1]' }],
    ['a tool that was not offered', { name: 'delete_all', arguments: '{}' }],
  ])('with %s is never handed on', async (_name, call) => {
    await using fake = await startFakeOpenai({ replies: [{ kind: 'tool-calls', calls: [{ id: 'call_a', ...call }] }] });
    const seen: string[] = [];
    const model = await openModel(fake.baseUrl);
    await expect(async () => {
      for await (const event of model.stream(withTool, new AbortController().signal)) seen.push(event.type);
    }).rejects.toMatchObject({ code: 'MDL5009' });
    expect(seen).not.toContain('tool-call');
  });
});
