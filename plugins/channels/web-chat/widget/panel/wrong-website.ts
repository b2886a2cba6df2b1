import type { Address } from './api.ts';

/** For the owner of a website that shows no chat: what to add, and where. Pages of a file have the origin `null`. */
export function wrongWebsite({ origin, tenant, channel }: Address, website: string): string {
  const why = `Polyphon: the bot "${tenant}" at ${origin} may not be shown on this website (${website}).`;
  if (website === 'null') return `${why} A page opened from a file has no origin: serve it over http(s).`;
  return `${why} Add "${website}" to channels.${channel}.with.origins in bots/${tenant}/bot.yaml and reload the page.`;
}
