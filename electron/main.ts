import { app } from 'electron';
import { setupIpc } from '#electron/ipc';
import { setupProtocol } from '#electron/protocol';
import { setupQuit } from '#electron/quit';
import { setupSecurity } from '#electron/security';
import { setupServer } from '#electron/serverProcess';
import { createShell } from '#electron/shell';
import { setupSingleInstance } from '#electron/singleInstance';
import { setupStation } from '#electron/stationProcess';
import { setupWindow } from '#electron/window';

const shell = createShell(app);
shell.marks.set('main');

if (setupSingleInstance(shell)) {
  setupQuit(shell);
  setupSecurity(shell);
  setupProtocol(shell);
  setupIpc(shell);
  setupServer(shell);
  setupStation(shell);
  setupWindow(shell);
} else {
  app.exit(0);
}
