export * from './channel-suite.ts';
export * from './fake-clock.ts';
export * from './fake-openai.ts';
export * from './fake-telegram.ts';
export * from './fake-twilio.ts';
export * from './fake-webhook-receiver.ts';
export * from './fake-whatsapp.ts';
export * from './seeded-random.ts';
