import { Bench } from './channel-suite-bench.ts';
import { expectThat, type SuiteRequest, type SuiteRun } from './channel-suite-face.ts';
import { answersOf, causeIn, isAcknowledged, messagesOf } from './channel-suite-taken.ts';

export async function signature(run: SuiteRun): Promise<void> {
  await using bench = await Bench.open(run);
  // It listens, and nobody calls it.
  if (bench.platform.tell !== undefined) return;
  const requests = await bench.platform.webhook([{ number: 1, person: 1, text: 'Good morning' }]);
  const [request] = requests;
  expectThat(request !== undefined, 'The fixtures give a request for a message.');
  const forged = bench.platform.forged(request);
  expectThat(forged.length > 0, 'The fixtures give requests with wrong signatures.');
  const names = signingHeaders(request, forged);
  const right = names.map((name) => request.headers[name] ?? '').filter((value) => value.length >= 8);
  for (const [index, wrong] of forged.entries()) {
    const words = await refused(bench, wrong, `Request ${index + 1} with a wrong signature`);
    expectThat(
      right.every((value) => !words.includes(value)),
      `Request ${index + 1} with a wrong signature is refused without a word of the right one; whoever asks could sign then.`,
    );
  }
  for (const name of names) {
    const headers = { ...request.headers, [name]: bent(request.headers[name] ?? '') };
    await refused(bench, { ...request, headers }, `A request with another character in the middle of ${name}`);
  }
  expectThat(
    bench.wire.wentOut.length === 0,
    'A request with a wrong signature makes the channel ask nobody for anything.',
  );
  const taken = await bench.takeAll(requests);
  expectThat(
    taken.every(isAcknowledged) && messagesOf(taken).length === 1,
    `The same request with the right signature is taken; the channel ${answersOf(taken)}.`,
    causeIn(taken),
  );
}

async function refused(bench: Bench, request: SuiteRequest, what: string): Promise<string> {
  const taken = await bench.take(request);
  const { status, messages } = taken;
  expectThat(
    (status === 401 || status === 403) && messages.length === 0,
    `${what} is refused with 401 or 403; the channel ${answersOf([taken])}.`,
    taken.cause,
  );
  return taken.words;
}

/**
 * The headers that hold a signature, as the forged requests show: one that is changed alone, or changed among those that no forged request
 * leaves as they are. Others, as the number of a try, may be anything.
 */
function signingHeaders(right: SuiteRequest, forged: readonly SuiteRequest[]): readonly string[] {
  const changes = forged
    .filter(({ body }) => String(body) === String(right.body))
    .map(({ headers }) => Object.keys(right.headers).filter((name) => headers[name] !== right.headers[name]));
  return Object.keys(right.headers).filter(
    (name) =>
      (right.headers[name] ?? '').length > 1 &&
      (changes.some(([first, second]) => first === name && second === undefined) ||
        (changes.length > 0 &&
          changes.every((names) => names.includes(name)) &&
          forged.some(({ headers }) => headers[name] !== undefined && headers[name] !== right.headers[name]))),
  );
}

/** Of the same form: who compares the beginning, or the length, finds nothing wrong with it. */
function bent(value: string): string {
  const middle = Math.floor(value.length / 2);
  const at = value.slice(middle).search(/[0-9a-z]/i);
  const index = at < 0 ? middle : middle + at;
  const sign = value.charAt(index);
  const other = /[0-8a-eA-E]/.test(sign) ? String.fromCharCode(sign.charCodeAt(0) + 1) : /[0-9]/.test(sign) ? '0' : 'a';
  return value.slice(0, index) + (other === sign ? 'b' : other) + value.slice(index + 1);
}
