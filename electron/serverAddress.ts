import { EventEmitter } from 'node:events';

/** What the server tells when it is ready; tokens live as long as its process. */
export interface ServerReady {
  url: string;
  lanPort: number;
  tillToken: string;
  stationToken: string;
}

/** The server as the shell knows it now; undefined while it starts or restarts. */
export class ServerAddress extends EventEmitter<{ change: [ServerReady | undefined] }> {
  private current: ServerReady | undefined;
  /** Chosen before the server starts, so that the page's content policy can name it. */
  private port: number | undefined;
  private settle: () => void = () => undefined;
  /** Resolves when `origin` is known. */
  readonly expected: Promise<void> = new Promise((resolve) => (this.settle = resolve));

  get ready(): ServerReady | undefined {
    return this.current;
  }

  /** The only origin that the page may speak to. */
  get origin(): string | undefined {
    if (this.current) return new URL(this.current.url).origin;
    return this.port === undefined ? undefined : `http://127.0.0.1:${this.port}`;
  }

  expect(port: number): void {
    this.port = port;
    this.settle();
  }

  set(ready: ServerReady | undefined): void {
    if (ready) this.port = Number(new URL(ready.url).port);
    this.current = ready;
    this.emit('change', ready);
  }
}
