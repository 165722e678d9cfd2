import { session } from 'electron';
import { isPage } from '#electron/assets';
import type { Shell } from '#electron/shell';

/** Whatever a page tries: no webview, no new window, no way to another address, no permission. */
export function setupSecurity({ app }: Shell): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.on('will-navigate', (event, address) => {
      if (!isPage(address)) event.preventDefault();
    });
    contents.on('will-redirect', (event, address) => {
      if (!isPage(address)) event.preventDefault();
    });
  });
  void app.whenReady().then(() => {
    session.defaultSession.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
    session.defaultSession.setPermissionCheckHandler(() => false);
  });
}
