import type { WorldLoad, WorldTarget } from './messenger-load.ts';
import { MessengerWorld } from './messenger-world.ts';

/** The platform in a process of its own. Each message from the parent is an order; each answer is what came of it. */
const world = await MessengerWorld.open();
process.on('message', (order: { readonly load: WorldLoad } | { readonly replay: readonly WorldTarget[] }) => {
  const result = 'load' in order ? world.load(order.load) : world.replay(order.replay);
  void result.then((told) => process.send?.(told));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ baseUrl: world.baseUrl });
