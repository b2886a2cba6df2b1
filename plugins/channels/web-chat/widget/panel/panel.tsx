import { render } from 'preact';
import { type Address, createApi } from './api.ts';
import { createChat } from './chat.ts';
import type { ChatState } from './chat-state.ts';
import { chooseLanguage, type Language } from './language.ts';
import { plainText } from './markdown.ts';
import css from './panel.css?inline';
import { PanelView } from './panel-view.tsx';
import { openShelf } from './saved-session.ts';
import { englishTexts, loadTexts, type Texts } from './texts.ts';
import { themeProperties } from './theme.ts';
import type { Message, Presentation, StreamEvent, Theme } from './wire.ts';
import { wrongWebsite } from './wrong-website.ts';

export interface PanelOptions {
  /** Where the panel is drawn. Nothing outside it is touched. */
  readonly root: ShadowRoot;
  readonly address: Address;
  /** `floating`: a dialog over the page, full screen on a phone. `inline`: fills the box it is put into. */
  readonly frame: 'floating' | 'inline';
  /** A language wanted above those of the page and of the browser, as in `de`. */
  readonly locale?: string | undefined;
  /** Closes the panel, with its button or Escape. Absent: it cannot be closed. */
  readonly onClose?: () => void;
  /** How many messages came while the panel was hidden. */
  readonly onUnread?: (count: number) => void;
  readonly onMessage?: (message: Message) => void;
  readonly onState?: (state: ChatState) => void;
  readonly onEvent?: (event: StreamEvent) => void;
  /** The bot does not allow this website to show it. The console says how that is mended. */
  readonly onWrongWebsite?: () => void;
}

export interface Panel {
  show(): void;
  hide(): void;
  say(text: string): void;
  /** Fetches again how the bot shows itself. */
  refresh(): void;
  dispose(): void;
}

/** The announcement is gone before a reader could come across it a second time. */
const announcedForMs = 1_500;

/** Draws the chat and connects it. The first thing that happens is one request for how the bot shows itself. */
export function mountPanel(options: PanelOptions): Panel {
  const { root, address } = options;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const box = document.createElement('div');
  box.className = 'panel-box';
  box.dataset['frame'] = options.frame;
  root.append(box);

  let visible: 'shown' | 'hidden' = 'shown';
  let unread = 0;
  let announcement = '';
  let announcedUntil: ReturnType<typeof setTimeout> | undefined;

  const wishes = [options.locale ?? '', document.documentElement.lang, ...navigator.languages].filter(
    (tag) => tag !== '',
  );
  const languageOf = ({ languages, defaultLanguage }: Presentation) =>
    chooseLanguage(wishes, languages, defaultLanguage);
  // A guess, until the bot has said what it speaks.
  let language = chooseLanguage([], [], wishes[0] ?? 'en');
  let texts: Texts = englishTexts;
  const speak = async (wanted: Language) => {
    const words = await loadTexts(wanted.textsTag);
    language = wanted;
    texts = words;
    draw();
  };
  const announce = (text: string) => {
    clearTimeout(announcedUntil);
    announcement = text;
    announcedUntil = setTimeout(() => {
      announcement = '';
      draw();
    }, announcedForMs);
    draw();
  };
  const api = createApi(address, fetch.bind(window));
  const guess = speak(language);
  const chat = createChat({
    address,
    api: {
      ...api,
      async presentation(signal) {
        const [presentation] = await Promise.all([api.presentation(signal), guess]);
        await speak(languageOf(presentation));
        if (options.frame === 'floating') dress(root.host, presentation.theme);
        return presentation;
      },
    },
    shelf: openShelf(address, sessionStore()),
    connection: {
      openSocket: typeof WebSocket === 'function' ? (url) => new WebSocket(url) : undefined,
      fetch: fetch.bind(window),
      later: (delayMs, action) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
      random: Math.random,
    },
    newId,
    locale: (presentation) => languageOf(presentation).tag,
    onState: (state) => {
      draw();
      options.onState?.(state);
    },
    onFinished: (message) => {
      if (visible === 'hidden') options.onUnread?.(++unread);
      else announce(plainText(message.text));
      options.onMessage?.(message);
    },
    onEvent: options.onEvent,
    onWrongWebsite: () => {
      // biome-ignore lint/suspicious/noConsole: the console is where a website's owner looks when no chat appears.
      console.error(wrongWebsite(address, location.origin));
      options.onWrongWebsite?.();
    },
  });

  const draw = () => {
    // Something fetched may come after the end.
    if (!box.isConnected) return;
    render(
      <PanelView
        chat={chat}
        state={chat.state}
        language={language}
        texts={texts}
        frame={options.frame}
        origin={address.origin}
        visible={visible}
        announcement={announcement}
        onAnnounce={announce}
        onClose={options.onClose}
      />,
      box,
    );
  };

  const cameOnline = () => chat.setOnline('online');
  const wentOffline = () => chat.setOnline('offline');
  addEventListener('online', cameOnline);
  addEventListener('offline', wentOffline);
  if (!navigator.onLine) wentOffline();
  draw();
  void chat.start();

  return {
    show() {
      visible = 'shown';
      unread = 0;
      options.onUnread?.(0);
      draw();
    },
    hide() {
      visible = 'hidden';
      draw();
    },
    say: (text) => chat.say(text),
    refresh: () => void chat.start(),
    dispose() {
      removeEventListener('online', cameOnline);
      removeEventListener('offline', wentOffline);
      clearTimeout(announcedUntil);
      chat.close();
      render(null, box);
      box.remove();
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((known) => known !== sheet);
    },
  };
}

/** The launcher outside the panel takes on the bot's colours. */
function dress(host: Element, theme: Theme): void {
  if (!(host instanceof HTMLElement)) return;
  for (const [name, value] of Object.entries(themeProperties(theme))) host.style.setProperty(name, value);
  if (theme.scheme === 'light' || theme.scheme === 'dark') host.style.colorScheme = theme.scheme;
}

function sessionStore(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    // A browser that blocks storage throws at the mere name.
    return undefined;
  }
}

function newId(): string {
  // `randomUUID` exists only on https pages.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
