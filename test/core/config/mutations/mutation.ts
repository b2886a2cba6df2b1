/**
 * A change to the practice's definition: what is replaced, by what, and the code expected. `from` stands once in the definition; « and »
 * in `to` are taken out, and « is where the error must be.
 */
export type Mutation = readonly [what: string, from: string, to: string, code: string];
