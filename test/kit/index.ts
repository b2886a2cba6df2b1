export * from './fake-clock.ts';
export * from './fake-openai.ts';
export * from './seeded-random.ts';
