/** What the shell's preload offers; in a plain browser it is missing and the page's own origin is the server. */
export interface PageServer {
  url: string;
  token: string;
}

export interface TillBridge {
  server: PageServer | null;
  onServerChanged: (listener: (server: PageServer | null) => void) => () => void;
  versions: { electron: string; chrome: string; node: string };
  mark: (name: string) => void;
}

declare global {
  interface Window {
    till?: TillBridge;
  }
}

let server: PageServer | null = window.till ? window.till.server : { url: window.location.origin, token: '' };
const listeners = new Set<() => void>();

window.till?.onServerChanged((present) => {
  server = present;
  for (const listener of listeners) listener();
});

/** Null while the shell's server is starting or restarting. */
export function presentServer(): PageServer | null {
  return server;
}

export function onServerChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
