import { expect, it } from 'vitest';
import { startFakeTelegram, type TelegramFault } from '../../../kit/index.ts';

it.each([
  [{ kind: 'refuse', error_code: 429, description: 'Too Many Requests: retry after 3' }, 'its `status` is a number'],
  [{ kind: 'refuse', status: 429 }, 'its `description` is'],
  [{ kind: 'page' }, 'its `status` is a number'],
  [{ kind: 'silence' }, 'its `kind` is one of refuse, page, silence after delivery, reset after delivery'],
  [{ status: 500, description: 'Internal Server Error' }, 'its `kind` is one of'],
  [{ kind: 'page', status: 502, method: 'sendMesage' }, 'has no such `method`'],
])('the fake Telegram says at once that %o is no fault', async (fault, expected) => {
  await using telegram = await startFakeTelegram();
  expect(() => telegram.meet({ kind: 'page', status: 502 }, fault as unknown as TelegramFault)).toThrow(expected);
  const bot = telegram.bot('42:token-of-the-tests');
  const response = await fetch(`${telegram.baseUrl}/bot${bot.token}/sendMessage`, {
    method: 'POST',
    body: JSON.stringify({ chat_id: 7, text: 'x' }),
  });
  expect(response.status).toBe(200);
});
