import { BrowserWindow, Menu } from 'electron';
import { join } from 'node:path';
import { PAGE_ORIGIN } from '#electron/assets';
import type { Shell } from '#electron/shell';

/** The till's one window. The page loads while the server still starts and shows its skeleton meanwhile. */
export function setupWindow(shell: Shell): void {
  const { app } = shell;
  Menu.setApplicationMenu(null);
  void app.whenReady().then(async () => {
    shell.marks.set('ready');
    await shell.server.expected;
    open(shell);
  });
  app.on('activate', () => {
    if (shell.window === undefined) open(shell);
  });
  app.on('window-all-closed', () => app.quit());
  shell.server.on('change', (ready) => {
    if (ready && shell.pageMaySpeakTo !== shell.server.origin) shell.window?.webContents.reload();
  });
}

function open(shell: Shell): void {
  const kiosk = process.env['TAPTILL_KIOSK'] === '1';
  const window = new BrowserWindow({
    width: 1366,
    height: 768,
    minWidth: 1024,
    minHeight: 768,
    title: 'Taptill',
    backgroundColor: '#121212',
    autoHideMenuBar: true,
    kiosk,
    webPreferences: {
      preload: join(shell.folders.electron, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      backgroundThrottling: false,
      autoplayPolicy: 'no-user-gesture-required',
      devTools: !shell.app.isPackaged,
    },
  });
  shell.window = window;
  window.on('closed', () => (shell.window = undefined));
  watchPage(shell, window);
  void load(shell, window);
}

async function load(shell: Shell, window: BrowserWindow): Promise<void> {
  try {
    await window.loadURL(`${PAGE_ORIGIN}/`);
  } catch (error) {
    if (window.isDestroyed() || isInterruption(error)) return;
    shell.fail(`The till's page cannot be shown: ${(error as Error).message}`);
  }
}

/** A reload while the page still loads is no failure. */
function isInterruption(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_ABORTED';
}

function watchPage(shell: Shell, window: BrowserWindow): void {
  const page = window.webContents;
  page.on('dom-ready', () => shell.marks.set('domReady'));
  page.on('did-finish-load', () => shell.marks.set('pageLoaded'));
  page.on('page-title-updated', (event) => event.preventDefault());
  page.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    console.error(`The page ended (${reason}) and is loaded again.`);
    setTimeout(() => !window.isDestroyed() && page.reload(), 500);
  });
}
