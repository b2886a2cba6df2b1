import type { Settings } from '../config/settings.ts';

/** As the schema of the settings asks for; a token from the environment is in no file that could be refused. */
export const fewestTokenCharacters = 16;

export function hasShortToken({ admin }: Pick<Settings, 'admin'>): boolean {
  return admin.tokens.some((token) => token.length < fewestTokenCharacters);
}
