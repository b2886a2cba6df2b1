import { PolyphonError } from '../contract/index.ts';

type Row = Readonly<Record<string, string>>;

/** @throws PolyphonError KNW8008 from what it gives back, when the template fails. */
export function renderRows(template: string, render: (template: string, row: Row) => string): (row: Row) => string {
  return (row) => {
    try {
      return render(template, row);
    } catch (error) {
      throw new PolyphonError(
        'KNW8008',
        `The row template fails: ${error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown reason'}. Correct \`row:\` under \`knowledge:\` in bot.yaml.`,
        { cause: error },
      );
    }
  };
}
