import { expect, it } from 'vitest';
import { never, openHashed } from '../../core/knowledge/tenant-knowledge.ts';

const nothing = new Float32Array();
const cosine = (a: Float32Array = nothing, b: Float32Array = nothing) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);

it('gives vectors of length one and the size its id names, the same for the same text', async () => {
  const embedding = await openHashed(256);
  const [first, again] = await embedding.embed(
    ['Eine Krone kostet 900 Euro.', 'Eine Krone kostet 900 Euro.'],
    'passage',
    never,
  );
  expect(embedding.id).toBe('hashed-1-256');
  expect(first).toHaveLength(256);
  expect(cosine(first, first)).toBeCloseTo(1, 5);
  expect(again).toEqual(first);
});

it.each([
  ['German', 'Wärmepumpenförderung', 'Förderung für die Wärmepumpe', 'Öffnungszeiten am Samstag'],
  ['French', 'annuler un rendez-vous', "l'annulation du rendez-vous", 'le prix du parking'],
  ['Spanish', 'instalación de fibra', 'instalar la fibra óptica', 'horario de la tienda'],
  ['Russian', 'доставка ноутбука', 'доставить ноутбуки', 'часы работы магазина'],
  ['Hebrew', 'משלוחים לאילת', 'המשלוח לאילת', 'שעות פתיחה'],
  ['English', 'cancelling appointments', 'cancel an appointment', 'parking fees'],
])('finds another form of the same words nearer than other words in %s', async (_, question, same, other) => {
  const embedding = await openHashed();
  const [asked, near, far] = await embedding.embed([question, same, other], 'query', never);
  expect(cosine(asked, near)).toBeGreaterThan(cosine(asked, far) + 0.1);
});

it('survives texts without words, lone surrogates and very long ones', async () => {
  const embedding = await openHashed();
  const vectors = await embedding.embed(['', '!!! …', '\ud800', 'x'.repeat(1_000_000)], 'passage', never);
  for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true);
  expect(cosine(vectors[0], vectors[0])).toBe(0);
});

it('stops when it is told to', async () => {
  const embedding = await openHashed();
  await expect(embedding.embed(['x'], 'query', AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
});
