import { describe, expect, it } from 'vitest';
import { placesOf } from '../../../../../plugins/channels/web-chat/widget/panel/cited-places.ts';

const citation = {
  source: 'prices',
  document: 'a.pdf',
  chunk: '1',
  score: 0.8,
  title: 'Prices',
  page: 2,
  quote: 'Crown: 640',
};

describe('the places an answer cites', () => {
  it('are one a page, with all that is quoted of it, in the order of the answer', () => {
    const places = placesOf([
      { ...citation, page: 3, chunk: '9' },
      citation,
      { ...citation, chunk: '2', quote: 'Root canal: 310' },
      { ...citation, chunk: '3' },
    ]);
    expect(places.map(({ page, quotes }) => [page, quotes])).toEqual([
      [3, ['Crown: 640']],
      [2, ['Crown: 640', 'Root canal: 310']],
    ]);
  });

  it('are linked only where the address is safe', () => {
    expect(placesOf([{ ...citation, url: 'javascript:alert(1)' }])[0]?.url).toBeUndefined();
    expect(placesOf([{ ...citation, url: 'https://shop.example/a.pdf' }])[0]?.url).toBe('https://shop.example/a.pdf');
  });
});
