import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent } from 'electron';
import { isPage } from '#electron/assets';
import type { PageServer } from '#electron/bridge';
import type { ServerReady } from '#electron/serverAddress';
import type { Shell } from '#electron/shell';

/** Everything that the page may ask of the shell. No handler runs for a frame that is not the till's own page. */
export function setupIpc(shell: Shell): void {
  on(shell, 'till:server', (event) => (event.returnValue = pageServer(shell.server.ready)));
  on(shell, 'till:mark', (_event, name) => {
    if (typeof name === 'string' && /^[a-zA-Z]{1,32}$/.test(name)) shell.marks.set(name);
  });
  handle(shell, 'till:marks', () => shell.marks.all());
  shell.server.on('change', (ready) => {
    shell.window?.webContents.send('till:server-changed', pageServer(ready));
  });
}

/** What the page needs of the server; the station's token is not its business. */
function pageServer(ready: ServerReady | undefined): PageServer | null {
  return ready ? { url: ready.url, token: ready.tillToken } : null;
}

type Listener = (event: IpcMainEvent, ...args: unknown[]) => void;

function on(shell: Shell, channel: string, listener: Listener): void {
  ipcMain.on(channel, (event, ...args: unknown[]) => {
    if (fromOurPage(shell, event)) listener(event, ...args);
    else event.returnValue = null;
  });
}

function handle(shell: Shell, channel: string, answer: (...args: unknown[]) => unknown): void {
  ipcMain.handle(channel, (event, ...args: unknown[]) => {
    if (!fromOurPage(shell, event)) throw new Error('not the till page');
    return answer(...args);
  });
}

function fromOurPage(shell: Shell, { sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  if (senderFrame === null || senderFrame.parent !== null) return false;
  return sender === shell.window?.webContents && isPage(senderFrame.url);
}
