import { checkText, costFault, repeats } from './liquid.ts';
import type { Problem } from './problems.ts';
import { faultRemark, strangeNames, type TextRemark } from './text-names.ts';

export type CheckedText = TextRemark & Pick<Problem, 'severity' | 'code'>;

/** What all trials of one definition may take together: honest texts need a thousandth of it. */
const trialBudgetMs = 1500;

/** Checks the text templates of one definition: form, cost, filters and names. */
export class TextChecker {
  readonly #vars: unknown;
  readonly #nowMs: () => number;
  #spentMs = 0;

  /** `nowMs` is of a clock that only runs forward. */
  constructor(vars: unknown, nowMs: () => number = () => performance.now()) {
    this.#vars = vars;
    this.#nowMs = nowMs;
  }

  check(template: string): readonly CheckedText[] {
    const faults = this.form(template);
    if (faults.length > 0) return faults;
    return strangeNames(template, this.#vars).map((remark) => ({ severity: 'warning', code: 'BOT1041', ...remark }));
  }

  /** As `check`, for a text whose names are not ours. */
  form(template: string): readonly CheckedText[] {
    const fault = checkText(template) ?? this.#tryOut(template);
    return fault === undefined ? [] : [{ severity: 'error', code: 'BOT1030', ...faultRemark(fault) }];
  }

  /** Renders what repeats, as a bot with nobody to talk to would. */
  #tryOut(template: string): ReturnType<typeof checkText> {
    if (!repeats(template) || this.#spentMs > trialBudgetMs) return undefined;
    const startedMs = this.#nowMs();
    const variables = { vars: this.#vars };
    // Once more before it is refused: a pause of the process is not its fault.
    const fault = costFault(template, variables) === undefined ? undefined : costFault(template, variables);
    this.#spentMs += this.#nowMs() - startedMs;
    return fault;
  }
}
