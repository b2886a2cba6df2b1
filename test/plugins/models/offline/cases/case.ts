/** A question (with what was asked before, oldest first) and what the answer must quote; `unknown` where nothing answers. */
export type Case = readonly [question: string | readonly string[], expected: string];

export const unknown = 'unknown';
