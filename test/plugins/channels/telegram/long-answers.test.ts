import { expect, it } from 'vitest';
import { deployTelegram } from './telegram-deployment.ts';

/** What a person sees of a text the bot says: each part, and what is marked in it. */
async function saidOnTelegram(text: string) {
  await using stage = await deployTelegram({ greeting: JSON.stringify(text).slice(1, -1) });
  const { telegram, acme } = stage;
  await telegram.deliver(acme, acme.update(7, { text: 'Hello' }));
  await telegram.saw(2);
  expect(telegram.calls.filter(({ refusal }) => refusal !== undefined)).toEqual([]);
  return telegram.sent.map(({ text: part, payload }) => {
    const entities = (payload as { readonly entities?: readonly Entity[] }).entities ?? [];
    const marked = entities.map(({ type, offset, length }) => [type, part.slice(offset, offset + length)]);
    return { part, marked };
  });
}
interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
}

it('keeps words bold that would have been cut', async () => {
  const bold = 'a bold phrase that crosses the boundary of the message here';
  const [first, second] = await saidOnTelegram(
    `${'word '.repeat(815)}**${bold}** and the end. ${'tail '.repeat(50).trim()}`,
  );
  expect(first).toEqual({ part: 'word '.repeat(815).trim(), marked: [] });
  expect(second?.marked).toEqual([['bold', bold]]);
});

it('keeps a link that would have been cut', async () => {
  const label = 'a long link label that is here';
  const parts = await saidOnTelegram(
    `${'x '.repeat(2030)}[${label}](https://example.com/some/path) end ${'y '.repeat(100).trim()}`,
  );
  expect(parts.flatMap(({ marked }) => marked)).toEqual([['text_link', label]]);
  expect(parts.map(({ part }) => part).join(' ')).not.toContain('](');
});

it('shows bold words of more than a message as bold in each part', async () => {
  const parts = await saidOnTelegram(`**${'many bold words '.repeat(400).trim()}**`);
  expect(parts).toHaveLength(2);
  for (const { part, marked } of parts) expect(marked).toEqual([['bold', part]]);
});

it('shows code of more than a message as code in each part, and nothing else', async () => {
  const lines = Array.from({ length: 300 }, (_, index) => `const line${index} = ${index} * 2;`);
  const parts = await saidOnTelegram(`Here:\n\n\`\`\`js\n${lines.join('\n')}\n\`\`\`\n\nEnd.`);
  const marked = parts.flatMap((part) => part.marked);
  expect(marked.map(([type]) => type)).toEqual(parts.map(() => 'pre'));
  expect(marked.map(([, code]) => code).join('\n')).toBe(lines.join('\n'));
  expect(parts.at(-1)?.part).toMatch(/\n\nEnd\.$/);
});
