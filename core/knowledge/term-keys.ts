/** How words and grams are told apart where both are keys. */
export const wordKey = (word: string): string => `w${word}`;
export const gramKey = (gram: string): string => `g${gram}`;
