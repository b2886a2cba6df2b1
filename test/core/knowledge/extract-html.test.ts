import { describe, expect, it } from 'vitest';
import { rowText } from '../../../core/knowledge/split-chunks.ts';
import { read, texts } from './read-document.ts';

describe('html', () => {
  it('takes the main part without navigation and scripts, with its title and language', async () => {
    const page =
      '<html lang="fr"><head><title>Accueil &amp; prix</title><style>p{}</style></head><body><nav>Menu</nav><main><h2>Horaires</h2><p>Lundi&nbsp;: 9&nbsp;h<br>Mardi<script>x()</script></p><ul><li>un<ul><li>deux</li></ul></li></ul><table><tr><th>Nom</th><th>Prix</th></tr><tr><td>Coupe</td><td>30 €</td></tr></table></main><footer>fin</footer></body></html>';
    const { title, language, blocks } = await read(page, 'text/html');
    expect([title, language]).toEqual(['Accueil & prix', 'fr']);
    expect(texts(blocks)).toEqual(['heading: Horaires', 'paragraph: Lundi : 9 h Mardi', 'item: un', 'item: deux']);
    expect(blocks.at(-1)).toEqual({ kind: 'table-row', cells: { Nom: 'Coupe', Prix: '30 €' } });
  });

  const rowsOf = async (...rows: readonly (readonly string[])[]) => {
    const table = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
    const { blocks } = await read(`<body><table><tbody>${table}</tbody></table>`, 'text/html');
    return blocks.map((block) => (block.kind === 'table-row' ? rowText(block.cells) : block.kind));
  };

  it.each([
    [
      'bold',
      [
        ['<p><strong>Device</strong></p>', '<b>Rent</b>'],
        ['Digger', 'on request'],
      ],
      ['Device: Digger; Rent: on request'],
    ],
    [
      'over a column of numbers',
      [
        ['Device', 'Day', 'Week'],
        ['Digger', '195 euros', '-'],
        ['Plate', '39 euros', '160'],
      ],
      ['Device: Digger; Day: 195 euros; Week: -', 'Device: Plate; Day: 39 euros; Week: 160'],
    ],
  ])('takes the first row of a table for its names where it is %s', async (_what, rows, expected) => {
    expect(await rowsOf(...rows)).toEqual(expected);
  });

  it.each([
    [
      'pairs',
      [
        ['Monday', 'closed'],
        ['Tuesday', '8 to 18'],
      ],
      ['Monday; closed', 'Tuesday; 8 to 18'],
    ],
    [
      'all bold',
      [
        ['<b>a</b>', '<b>b</b>'],
        ['<b>c</b>', '<b>d</b>'],
      ],
      ['a; b', 'c; d'],
    ],
    [
      'numbers from the first row',
      [
        ['Crown', 'gold', '900'],
        ['Inlay', 'gold', '450'],
      ],
      ['Crown; gold; 900', 'Inlay; gold; 450'],
    ],
    [
      'the same twice',
      [
        ['Monday', 'closed', 'closed'],
        ['Tuesday', '8', '18'],
      ],
      ['Monday; closed; closed', 'Tuesday; 8; 18'],
    ],
    ['one row', [['a', 'b', 'c']], ['a; b; c']],
  ])('keeps every row of a table that has no names: %s', async (_what, rows, expected) => {
    expect(await rowsOf(...rows)).toEqual(expected);
  });

  it('keeps both of two columns of one name, in their order', async () => {
    const { blocks } = await read('name,2024,price,price,,\nLamp,1,2,3,4,5\n', 'text/csv');
    const [block] = blocks;
    expect(block?.kind === 'record' && rowText(block.cells).split('; ').toSorted()).toEqual(
      ['2024: 1', '4', '5', 'name: Lamp', 'price 4: 3', 'price: 2'].toSorted(),
    );
  });

  it('reads a page that nests twenty thousand elements', async () => {
    const { blocks } = await read(`${'<div>'.repeat(20_000)}tief`, 'text/html');
    expect(texts(blocks)).toEqual(['paragraph: tief']);
  });

  it('refuses one that nests a hundred thousand at once, and reads as many that nothing has to close', async () => {
    const start = performance.now();
    await expect(read(`${'<div>'.repeat(100_000)}tief`, 'text/html')).rejects.toMatchObject({ code: 'KNW8004' });
    expect(performance.now() - start).toBeLessThan(1000);
    const { blocks } = await read(`<ul>${'<li>eins<br>'.repeat(30_000)}</ul>`, 'text/html');
    expect(blocks).toHaveLength(30_000);
  });
});
