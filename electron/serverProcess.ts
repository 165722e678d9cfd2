import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ServerReady } from '#electron/serverAddress';
import type { Shell } from '#electron/shell';
import { Supervisor } from '#electron/supervise';
import { startUtility } from '#electron/utilityChild';

const STOP_GRACE_MS = 8_000;
/** Creating the database on a slow disk takes its time; beyond this nobody should stare at a skeleton. */
const FIRST_READY_MS = 120_000;
const FIRST_STARTS = 3;

/** Messages of server/main.ts. */
type ServerMessage = ({ type: 'ready' } & ServerReady) | { type: 'failed'; message: string };

/** Runs the server in a process of its own, starts it again when it dies, and ends the till when it never lived. */
export function setupServer(shell: Shell): void {
  const start = new FirstStart(shell);
  const server = new Supervisor({
    start: () => startUtility(serverOptions(shell, start)),
    onMessage: (message) => {
      if (!isServerMessage(message)) return;
      if (message.type === 'failed') return start.refused(message.message);
      start.succeeded();
      shell.marks.set('serverReady');
      shell.server.set(message);
    },
    onDown: (code) => {
      console.error(`The server ended (${code ?? 'by a signal'}) and is started again.`);
      shell.server.set(undefined);
      return start.mayGoOn(code);
    },
  });
  shell.onQuit.push(() => server.stop(STOP_GRACE_MS));
  const named = Number(process.env['TAPTILL_HTTP_PORT'] ?? 0);
  const port = named > 0 ? Promise.resolve(named) : freePort();
  void shell.app.whenReady().then(async () => {
    shell.server.expect(await port);
    server.start();
  });
}

function serverOptions({ folders, server }: Shell, start: FirstStart) {
  return {
    name: 'Taptill server',
    entry: join(folders.server, 'main.cjs'),
    env: {
      TAPTILL_MIGRATIONS_DIR: folders.migrations,
      TAPTILL_RENDERER_DIR: folders.renderer,
      TAPTILL_HTTP_PORT: server.origin === undefined ? '0' : new URL(server.origin).port,
    },
    onComplaint: (text: string) => start.heard(text),
  };
}

/** Before the server was ready once, a failure ends the till; afterwards it is only an interruption. */
class FirstStart {
  private done = false;
  private attempts = 0;
  private lastWords = '';
  private readonly timer: ReturnType<typeof setTimeout>;
  private readonly shell: Shell;

  constructor(shell: Shell) {
    this.shell = shell;
    const tooLate = `The server was not ready after ${FIRST_READY_MS / 1000} s; its log in the data folder says what it waits for.`;
    this.timer = setTimeout(() => shell.fail(tooLate), FIRST_READY_MS);
    shell.onQuit.push(async () => clearTimeout(this.timer));
  }

  heard(text: string): void {
    this.lastWords = tellingLine(text) ?? this.lastWords;
  }

  succeeded(): void {
    this.done = true;
    clearTimeout(this.timer);
  }

  refused(message: string): void {
    if (this.done) console.error(`The server cannot start again yet: ${message}`);
    else this.shell.fail(`The server cannot start: ${message}`);
  }

  mayGoOn(code: number | null): boolean {
    this.attempts += 1;
    if (this.done || this.attempts < FIRST_STARTS) return true;
    const because = this.lastWords || `exit code ${code ?? 'unknown'}`;
    this.shell.fail(`The server ended ${FIRST_STARTS} times before it was ready: ${because}`);
    return false;
  }
}

/** Of a stack trace the line that names the error, otherwise the last that was written. */
function tellingLine(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !/^(at |Node\.js v)/.test(line));
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? said.at(-1);
}

function isServerMessage(message: unknown): message is ServerMessage {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return message.type === 'ready' || message.type === 'failed';
}

/** A loopback port that is free now, so that the page's policy can name it before the server listens. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
