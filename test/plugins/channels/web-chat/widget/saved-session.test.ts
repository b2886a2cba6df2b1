import { describe, expect, it } from 'vitest';
import { openShelf } from '../../../../../plugins/channels/web-chat/widget/panel/saved-session.ts';
import { address, memoryStorage } from './open-chat.ts';

describe('a saved session', () => {
  it.each([
    '',
    'no json',
    'null',
    '[]',
    '{"session":1}',
    '{"session":"s","token":"t"}',
    '{"session":"s","token":"t","unsent":[],"resumeFrom":"1"}',
  ])('that reads %j is none', (text) => {
    const storage = memoryStorage();
    storage.setItem('polyphon:https://bots.example/praxis/web', text);
    expect(openShelf(address, storage).read()).toBeUndefined();
  });

  it('is not needed where the browser has no storage', () => {
    const full = {
      ...memoryStorage(),
      setItem: () => {
        throw new Error('full');
      },
    } as unknown as Storage;
    for (const storage of [undefined, full]) {
      const shelf = openShelf(address, storage);
      shelf.write({ session: 's', token: 't', expiresAt: '', resumeFrom: 0, unsent: [] });
      shelf.clear();
      expect(shelf.read()).toBeUndefined();
    }
  });
});
