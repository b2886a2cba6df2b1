import type { Channel, OutboundMessage, SendResult } from 'polyphon/plugin';
import { sampleChannel } from './sample-channel.ts';

/** How a channel that sends each file by itself goes on with a message of which some are out. */
export type Parting =
  | 'goes on where it was'
  | 'keeps what is no text'
  | 'begins anew'
  | 'leaves the rest out'
  | 'goes on when nobody wants more'
  | 'throws at what it cannot read'
  | 'takes anything for the last part';

export function partingChannel(parting: Parting): ReturnType<typeof sampleChannel> {
  const sound = sampleChannel();
  return { ...sound, open: async (context) => inParts(await sound.open(context), parting) };
}

function inParts(channel: Channel, parting: Parting): Channel {
  return {
    ...channel,
    send: async (message, signal, keep) => {
      const parts = partsOf(message);
      let result: SendResult = { status: 'uncertain' };
      for (const [index, part] of parts.entries()) {
        if (index < tried(message.progress, parts.length, parting)) continue;
        result = (await channel.send?.(part, signal)) ?? result;
        if (result.status !== 'delivered') return result;
        const progress = parting === 'keeps what is no text' ? ((index + 1) as never) : String(index + 1);
        if (index === parts.length - 1) continue;
        const isWanted = (await keep?.(progress)) !== false || parting === 'goes on when nobody wants more';
        if (!isWanted) return { status: 'rejected', reason: 'opted-out' };
      }
      return parting === 'leaves the rest out' ? { status: 'delivered', providerMessageId: 'the last' } : result;
    },
  };
}

function partsOf(message: OutboundMessage): readonly OutboundMessage[] {
  const [first, ...others] = message.attachments;
  if (first === undefined || others.length === 0) return [message];
  return [
    { ...message, attachments: [first] },
    ...others.map((file) => ({ ...message, text: 'And this', attachments: [file] })),
  ];
}

function tried(progress: string | undefined, count: number, parting: Parting): number {
  if (progress === undefined || parting === 'begins anew') return 0;
  const isRight = /^\d+$/.test(progress) && Number(progress) < count;
  if (isRight) return parting === 'leaves the rest out' ? count : Number(progress);
  if (parting === 'throws at what it cannot read') throw new RangeError('no number of parts');
  return parting === 'takes anything for the last part' ? count - 1 : 0;
}
