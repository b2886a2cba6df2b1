import type { JSX } from 'preact';
import type { BotSummary } from './wire.ts';

interface LanguageChoiceProps {
  readonly bot: BotSummary;
  readonly chosen: string;
  readonly onChoose: (language: string) => void;
}

/** In which of the bot's languages its face is shown; nothing where it has one only. */
export function LanguageChoice({ bot, chosen, onChoose }: LanguageChoiceProps): JSX.Element | null {
  const { supported } = bot.languages;
  if (supported.length < 2) return null;
  return (
    <fieldset class="languages" aria-label="Language of the chat">
      {supported.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={language === chosen}
          onClick={() => onChoose(language)}
        >
          {nameOf(language)}
        </button>
      ))}
    </fieldset>
  );
}

function nameOf(language: string): string {
  return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
}
