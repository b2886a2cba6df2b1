import { Type } from 'typebox';

export const schema = Type.Object(
  {
    dimensions: Type.Integer({
      default: 512,
      minimum: 64,
      maximum: 4096,
      description:
        'Length of a vector. More dimensions, fewer clashes between word parts; a chunk costs four bytes each.',
    }),
  },
  { additionalProperties: false },
);
