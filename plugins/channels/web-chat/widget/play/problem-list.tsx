import type { JSX } from 'preact';
import type { Diagnostic } from './wire.ts';

/** Problems of a definition's files as they are now. */
export function ProblemList({ problems }: { readonly problems: readonly Diagnostic[] }): JSX.Element {
  return (
    <ul class="problems">
      {problems.map((problem) => {
        const { line, column } = problem.range.start;
        return (
          <li
            key={`${problem.code} ${problem.file}:${line}:${column} ${problem.summary}`}
            data-severity={problem.severity}
          >
            <p class="what">
              <span class="severity">{problem.severity}</span> <code>{problem.code}</code> {problem.summary}
            </p>
            <p class="where">
              <code>
                {problem.file}:{line}:{column}
              </code>
            </p>
            {problem.suggestion !== undefined && (
              <p>
                Did you mean <code>{problem.suggestion}</code>?
              </p>
            )}
            {problem.detail !== '' && <p class="fix">{problem.detail}</p>}
          </li>
        );
      })}
    </ul>
  );
}
