import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Panel, PanelOptions } from '../panel/panel.tsx';
import type { StreamEvent } from '../panel/wire.ts';

/** The version of the panel that this page was built with. */
declare const PANEL_VERSION: string;

interface PanelModule {
  mountPanel(options: PanelOptions): Panel;
}

interface ChatFrameProps {
  readonly tenantId: string;
  readonly channel: string;
  readonly locale: string;
  /** A new value fetches the bot's name, greeting and theme again. */
  readonly revision: string | undefined;
  readonly onEvent: (event: StreamEvent) => void;
}

/** The same file that websites load, so that what is tried here is what visitors get. */
export function ChatFrame({ tenantId, channel, locale, revision, onEvent }: ChatFrameProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const panel = useRef<Panel>(undefined);
  const listener = useRef(onEvent);
  listener.current = onEvent;

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    let gone = false;
    void import(/* @vite-ignore */ `/assets/panel.js?v=${PANEL_VERSION}`).then(({ mountPanel }: PanelModule) => {
      if (gone) return;
      panel.current = mountPanel({
        root,
        address: { origin: location.origin, tenant: tenantId, channel },
        frame: 'inline',
        locale,
        onEvent: (event) => listener.current(event),
      });
    });
    return () => {
      gone = true;
      panel.current?.dispose();
      panel.current = undefined;
    };
  }, [tenantId, channel]);

  useEffect(() => panel.current?.refresh(), [revision]);

  return <div ref={host} class="chat" />;
}
