import type { ErrorCode } from '../../contract/index.ts';
import type { ExtractedText } from './block.ts';

export type WorkerAnswer =
  | { readonly ok: 'yes'; readonly text: ExtractedText }
  | { readonly ok: 'no'; readonly code: ErrorCode; readonly message: string };
