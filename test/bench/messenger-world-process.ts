import { MessengerWorld, type WorldLoad } from './messenger-world.ts';

/** The platform in a process of its own. Each message from the parent is a load; each answer is what came of it. */
const world = await MessengerWorld.open();
process.on('message', (load) => {
  void world.load(load as WorldLoad).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ baseUrl: world.baseUrl });
