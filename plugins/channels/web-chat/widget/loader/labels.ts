export interface LauncherLabels {
  readonly open: string;
  readonly close: string;
}

const english: LauncherLabels = { open: 'Open chat', close: 'Close chat' };

const labels: Readonly<Record<string, LauncherLabels>> = {
  en: english,
  de: { open: 'Chat öffnen', close: 'Chat schließen' },
  fr: { open: 'Ouvrir la discussion', close: 'Fermer la discussion' },
  es: { open: 'Abrir el chat', close: 'Cerrar el chat' },
  ru: { open: 'Открыть чат', close: 'Закрыть чат' },
  he: { open: 'פתיחת הצ׳אט', close: 'סגירת הצ׳אט' },
  ar: { open: 'فتح المحادثة', close: 'إغلاق المحادثة' },
};

/** The first wished language that there are words for. What the bot speaks is not known yet. */
export function labelsFor(wishes: readonly string[]): LauncherLabels {
  for (const wish of wishes) {
    const found = labels[wish.toLowerCase().split('-')[0] ?? ''];
    if (found) return found;
  }
  return english;
}
