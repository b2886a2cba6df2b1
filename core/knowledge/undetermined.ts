/**
 * BCP 47 for "cannot be told". Stored for such a passage, because its terms, which are not stemmed, must be found again; passages
 * that leave the corpus have no language then.
 */
export const undetermined = 'und';
