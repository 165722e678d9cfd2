import { dialog, type App, type BrowserWindow } from 'electron';
import { join } from 'node:path';
import { ServerAddress } from '#electron/serverAddress';
import { StartMarks } from '#electron/startMarks';

/** Where things lie: everything that the shell starts gets its folders from here, never from its own place. */
export interface ShellFolders {
  /** Of this bundle: `out/electron`. */
  electron: string;
  server: string;
  station: string;
  renderer: string;
  migrations: string;
}

/** What the setup steps share. */
export interface Shell {
  app: App;
  folders: ShellFolders;
  marks: StartMarks;
  server: ServerAddress;
  window: BrowserWindow | undefined;
  /** Work to finish before the process may end, each within its own time limit. */
  onQuit: (() => Promise<void>)[];
  /** The origin that the loaded page may speak to, by its content policy. */
  pageMaySpeakTo: string | undefined;
  /** Ends everything in order, then the process; later calls change nothing. */
  leave: (code: number) => void;
  /** Ends the till with one sentence for a person and a failing exit code. */
  fail: (sentence: string) => void;
}

/** Must run before anything asks for a path: two tills with two data folders are two tills. */
export function createShell(app: App): Shell {
  const named = process.env['TAPTILL_DATA_DIR'];
  if (named) app.setPath('userData', join(named, 'window'));
  const shell: Shell = {
    app,
    folders: shellFolders(app),
    marks: new StartMarks(),
    server: new ServerAddress(),
    window: undefined,
    onQuit: [],
    pageMaySpeakTo: undefined,
    leave: (code) => app.exit(code),
    fail: (sentence) => {
      console.error(sentence);
      if (app.isPackaged && process.env['TAPTILL_DIALOGS'] !== '0') dialog.showErrorBox('Taptill', sentence);
      shell.leave(1);
    },
  };
  return shell;
}

function shellFolders(app: App): ShellFolders {
  const out = join(__dirname, '..');
  const migrations = app.isPackaged
    ? join(process.resourcesPath, 'migrations')
    : join(out, '..', 'migrations');
  return {
    electron: join(out, 'electron'),
    server: join(out, 'server'),
    station: join(out, 'station'),
    renderer: join(out, 'renderer'),
    migrations,
  };
}
