import { utilityProcess } from 'electron';
import type { Child } from '#electron/supervise';

export interface UtilityOptions {
  /** Shown by the system's process list and before each line that the child prints. */
  name: string;
  entry: string;
  env: Record<string, string>;
  /** Gets what the child says on stderr, for the sentence that explains its end. */
  onComplaint?: (text: string) => void;
}

/** A Node process of Electron's own; what it prints goes on to the shell's own output. */
export function startUtility({ name, entry, env, onComplaint }: UtilityOptions): Child {
  const child = utilityProcess.fork(entry, [], {
    serviceName: name,
    stdio: 'pipe',
    env: { ...process.env, ...env },
  });
  child.stdout?.on('data', (text: Buffer) => process.stdout.write(text));
  child.stderr?.on('data', (text: Buffer) => {
    process.stderr.write(text);
    onComplaint?.(text.toString());
  });
  return {
    post: (message) => child.postMessage(message),
    kill: () => {
      if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL');
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
  };
}
