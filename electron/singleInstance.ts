import type { Shell } from '#electron/shell';

/** One till per data folder: a second start brings the first one's window to the front. False: this one must end. */
export function setupSingleInstance(shell: Shell): boolean {
  const { app } = shell;
  if (!app.requestSingleInstanceLock()) {
    console.error(
      'Taptill is already running with this data folder; its window has been brought to the front.',
    );
    return false;
  }
  app.on('second-instance', () => {
    const window = shell.window;
    if (window === undefined) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  return true;
}
