import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const shipped = fileURLToPath(new URL('../../bots/', import.meta.url));

/** Fills a bots folder with copies of the shipped bots, in turn, each with its own name. Limits are lifted: a bench is no person. */
export async function copyTenants(botsDirectory: string, count: number): Promise<readonly string[]> {
  const names = (await readdir(shipped, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
    .map((entry) => entry.name)
    .sort();
  await mkdir(botsDirectory, { recursive: true });
  await cp(join(shipped, '_templates'), join(botsDirectory, '_templates'), { recursive: true });
  const tenants: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const original = names[index % names.length] ?? '';
    const tenantId = `${original}-${String(index).padStart(4, '0')}`;
    const folder = join(botsDirectory, tenantId);
    await cp(join(shipped, original), folder, { recursive: true });
    const file = join(folder, 'bot.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('polyphon: 1\n', `polyphon: 1\nx-copy: ${index}\n`));
    tenants.push(tenantId);
  }
  return tenants;
}

/** Made-up names, so that each question has one right answer. */
export const lamps = ['Au', 'Be', 'Ci', 'Do', 'Fa', 'Gi', 'Lu', 'Mo'].flatMap((first) =>
  ['rora', 'linda', 'vento', 'sella', 'mira'].map((last) => first + last),
);
export const priceOf = (lamp: string) => 20 + lamps.indexOf(lamp);

/** A bot with one short document and no limits. */
export function lampShop(unknown = 'I do not know that.'): Readonly<Record<string, string>> {
  return {
    'shop/bot.yaml': `polyphon: 1
name: Lamp shop
languages: { default: en, supported: [en] }
prompts: { unknown: { en: "${unknown}" } }
knowledge: { facts: { use: files, with: { path: "knowledge/*.md" } } }
channels: { web: { use: web-chat, with: { sessionsPerMinute: 1000000 } } }
limits: { perContact: 1000000/min, perTenant: 1000000/min, maxTurns: 100000 }
escalation: []
guardrails: { disclosure: never }
`,
    'shop/knowledge/lamps.md':
      '# Our lamps\n\n' +
      lamps
        .map(
          (lamp, index) =>
            `## ${lamp}\n\nThe lamp ${lamp} costs ${priceOf(lamp)} euros and gives ${100 + index} lumen. It is delivered within ${1 + (index % 7)} working days.\n`,
        )
        .join('\n'),
  };
}
