/** Stands in the canonical form where the file itself holds a secret. */
export const hiddenSecret = '(a secret that stands in the file)';
