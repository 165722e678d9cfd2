/** The loopback server and the token that the till's page shows it; both change when the server restarts. */
export interface PageServer {
  url: string;
  token: string;
}

/** `window.till`: only what a browser cannot do by itself. In a plain browser it is missing. */
export interface TillBridge {
  /** As known when the page was loaded; null while the server starts. */
  server: PageServer | null;
  /** Calls back at once with the present server, then at each change; null means: not there now. Returns the end of it. */
  onServerChanged(listener: (server: PageServer | null) => void): () => void;
  platform: string;
  versions: { electron: string; chrome: string; node: string };
  zoom: { get(): number; set(factor: number): void };
  /** Names a moment of the start, counted from the start of the process; `usable` is the one that is promised. */
  mark(name: string): void;
  /** Milliseconds from process start to each named moment. */
  marks(): Promise<Record<string, number>>;
}
