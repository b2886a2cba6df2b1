/** Audio in, text out. Frames are 16-bit mono PCM. */
export interface SpeechToText {
  readonly sampleRate: number;
  transcribe(
    frames: AsyncIterable<Int16Array>,
    options: { readonly language: string; readonly keywords: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<Transcript>;
}
export interface Transcript {
  readonly kind: 'partial' | 'final';
  readonly text: string;
}

/** Text in, audio out. Frames are 16-bit mono PCM. */
export interface TextToSpeech {
  readonly sampleRate: number;
  synthesize(text: string, options: { readonly language: string }, signal: AbortSignal): AsyncIterable<Int16Array>;
}
