/** What a text file says, read as documents are; what tells encodings apart loads with the first one. @throws PolyphonError KNW8003. */
export async function textOfFile(bytes: Uint8Array): Promise<string> {
  const { decodeText } = await import('./extract/decode-text.ts');
  return decodeText(bytes);
}
