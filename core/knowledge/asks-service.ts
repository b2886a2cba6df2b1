import type { Embedding } from '../contract/index.ts';

/** Whether its texts are sent to a service, which takes its time and may cost money. Such an embedding names the service in `where`. */
export function asksService({ id, price, where = id }: Pick<Embedding, 'id' | 'price' | 'where'>): boolean {
  return price !== undefined || where !== id;
}
