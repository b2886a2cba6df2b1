import { Type } from 'typebox';

export const optional = Type.Optional;
export const time = Type.String({ format: 'date-time' });
export const ref = (name: string) => Type.Unsafe<unknown>({ $ref: `#/components/schemas/${name}` });
export const list = (name: string) => Type.Array(ref(name));
export const oneOf = (...words: readonly string[]) => Type.Unsafe<string>({ type: 'string', enum: words });
export const whole = () => Type.Integer({ minimum: 0 });
