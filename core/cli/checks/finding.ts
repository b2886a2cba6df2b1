/** What one look at the machine or the deployment showed. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  readonly topic: string;
  readonly fact: string;
  /** What to do; absent where all is well. */
  readonly next?: string;
  /** The same for programs, where the sentence alone would have to be taken apart. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export function fine(topic: string, fact: string): Finding {
  return { level: 'ok', topic, fact };
}
export function warn(topic: string, fact: string, next: string): Finding {
  return { level: 'warn', topic, fact, next };
}
export function fail(topic: string, fact: string, next: string): Finding {
  return { level: 'fail', topic, fact, next };
}
