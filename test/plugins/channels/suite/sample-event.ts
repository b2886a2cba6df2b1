import type { Attachment } from 'polyphon/plugin';

/** What the sample platform tells. */
export type Told = {
  readonly messages?: readonly {
    readonly id: string;
    readonly from: string;
    readonly text?: string;
    readonly file?: string;
    readonly pressed?: string;
    readonly hologram?: object;
  }[];
} | null;

export function parse(body: Uint8Array): Told {
  try {
    return JSON.parse(Buffer.from(body).toString()) as Told;
  } catch {
    return null;
  }
}

export function fileOf(url: string): Attachment {
  return { id: '1', kind: 'image', mediaType: 'image/png', url };
}
