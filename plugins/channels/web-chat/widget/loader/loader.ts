import type { Panel, PanelOptions } from '../panel/panel.tsx';
import { labelsFor } from './labels.ts';
import css from './loader.css?inline';

/** The version of the panel that this loader was built with: a new one is a new address. */
declare const PANEL_VERSION: string;

interface PanelModule {
  mountPanel(options: PanelOptions): Panel;
}

const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript : undefined;
const scriptOrigin = script?.src ? new URL(script.src).origin : location.origin;

/**
 * `<polyphon-chat tenant="…" channel="web" origin="…" locale="…" open>`: the button that opens the chat. Until somebody presses
 * it, nothing is fetched and nothing stored. With `inline`, the chat fills the element instead.
 */
class PolyphonChat extends HTMLElement {
  #root = this.attachShadow({ mode: 'open' });
  #button = document.createElement('button');
  #panel: Promise<Panel> | undefined;
  #opened: 'opened' | 'closed' = 'closed';
  #unread = 0;

  connectedCallback(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.#root.adoptedStyleSheets = [sheet];
    if (this.hasAttribute('inline')) {
      this.open();
      return;
    }
    this.#button.type = 'button';
    this.#button.className = 'launcher';
    this.#button.setAttribute('part', 'launcher');
    this.#button.setAttribute('aria-haspopup', 'dialog');
    this.#button.append(icon('chat', 'M5 5h14v10H11l-4 4v-4H5z'), icon('down', 'M6 9l6 6 6-6'));
    this.#button.onclick = () => (this.#opened === 'opened' ? this.close() : this.open());
    this.#button.onkeydown = (event) => {
      if (event.key === 'Escape') this.close();
    };
    this.#root.append(this.#button);
    this.#draw();
    if (this.hasAttribute('open')) this.open();
  }

  disconnectedCallback(): void {
    void this.#panel?.then((panel) => panel.dispose());
    this.#panel = undefined;
    this.#opened = 'closed';
    this.#root.replaceChildren();
  }

  /** Opens the chat, loading it the first time. */
  open(): void {
    if (this.#opened === 'opened') return;
    this.#opened = 'opened';
    this.#draw();
    if (this.#panel) void this.#panel.then((panel) => panel.show());
    else this.#load();
    this.#tell('polyphon:open');
  }

  close(): void {
    if (this.#opened === 'closed' || this.hasAttribute('inline')) return;
    this.#opened = 'closed';
    void this.#panel?.then((panel) => panel.hide());
    this.#draw();
    this.#button.focus();
    this.#tell('polyphon:close');
  }

  /** Opens the chat and says something in the visitor's name. */
  async send(text: string): Promise<void> {
    this.open();
    (await this.#panel)?.say(text);
  }

  #load(): void {
    const origin = this.getAttribute('origin') ?? scriptOrigin;
    const tenant = this.getAttribute('tenant') ?? '';
    this.#button.setAttribute('aria-busy', 'true');
    const loading = import(/* @vite-ignore */ `${origin}/assets/panel.js?v=${PANEL_VERSION}`).then(
      ({ mountPanel }: PanelModule) =>
        mountPanel({
          root: this.#root,
          address: { origin, tenant, channel: this.getAttribute('channel') ?? 'web' },
          frame: this.hasAttribute('inline') ? 'inline' : 'floating',
          locale: this.getAttribute('locale') ?? undefined,
          ...(this.hasAttribute('inline') ? {} : { onClose: () => this.close() }),
          onUnread: (count) => {
            this.#unread = count;
            this.#draw();
          },
          onMessage: (message) => this.#tell('polyphon:message', message),
          // A box that only says that it does not work helps no visitor.
          onWrongWebsite: () => {
            this.hidden = true;
          },
        }),
    );
    this.#panel = loading;
    loading.then(
      (panel) => {
        this.#button.removeAttribute('aria-busy');
        if (this.#opened === 'closed') panel.hide();
      },
      () => {
        // Offline, say. The next press tries again.
        this.#button.removeAttribute('aria-busy');
        this.#panel = undefined;
        this.#opened = 'closed';
        this.#draw();
      },
    );
  }

  #draw(): void {
    const labels = labelsFor([
      this.getAttribute('locale') ?? '',
      document.documentElement.lang,
      ...navigator.languages,
    ]);
    const label = this.#opened === 'opened' ? labels.close : labels.open;
    this.#button.setAttribute('aria-label', this.#unread > 0 ? `${label} (${this.#unread})` : label);
    this.#button.setAttribute('aria-expanded', String(this.#opened === 'opened'));
    this.#button.dataset['unread'] = this.#unread > 0 ? String(Math.min(this.#unread, 9)) : '';
  }

  #tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
}

function icon(name: string, path: string): SVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', name);
  const line = document.createElementNS(space, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

if (!customElements.get('polyphon-chat')) customElements.define('polyphon-chat', PolyphonChat);

const tenant = script?.dataset['tenant'];
if (script && tenant) {
  const element = document.createElement('polyphon-chat');
  for (const name of ['tenant', 'channel', 'origin', 'locale', 'open']) {
    const value = script.dataset[name];
    if (value !== undefined) element.setAttribute(name, value);
  }
  if (document.body) document.body.append(element);
  else addEventListener('DOMContentLoaded', () => document.body.append(element));
}
