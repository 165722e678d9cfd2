import type { Shell } from '#electron/shell';

/** Leaving waits for what must end in order (database, card reader), then ends whatever else still runs. */
export function setupQuit(shell: Shell): void {
  let leaving = false;
  shell.leave = (code) => {
    if (leaving) return;
    leaving = true;
    void Promise.allSettled(shell.onQuit.map((work) => work())).then(() => shell.app.exit(code));
  };
  shell.app.on('before-quit', (event) => {
    event.preventDefault();
    shell.leave(0);
  });
}
