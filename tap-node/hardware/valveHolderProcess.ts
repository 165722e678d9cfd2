import { spawn } from 'node:child_process';
import { siblingScript } from '#tap-node/siblingScript';
import type { HolderStart } from './holderWords.ts';

export type HolderProcess = {
  readonly pid: number;
  /** an order of the holder's own words; carried out in turn */
  order(line: string): Promise<void>;
  /** a word that is not answered */
  tell(line: string): void;
  readonly ended: Promise<Error>;
  /** lets it close its valves and go */
  end(): void;
  kill9(): void;
};

type Waiting = { resolve: () => void; reject: (problem: Error) => void };

export function startHolder(
  start: HolderStart,
  listener: { lost(tap: number, why: string): void; held(tap: number): void },
): HolderProcess {
  const script = siblingScript(import.meta.url, './valveHolder');
  const holder = spawn(process.execPath, ['--max-old-space-size=32', script, JSON.stringify(start)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const waiting: Waiting[] = [];
  let gone = false;
  const ended = new Promise<Error>((resolve) => {
    const over = (problem: Error): void => {
      gone = true;
      for (const one of waiting.splice(0)) one.reject(problem);
      resolve(problem);
    };
    holder.once('error', over);
    holder.once('exit', () => over(new Error('the holder of the valves ended')));
  });
  holder.stdin.on('error', () => undefined);

  const hear = (line: string): void => {
    const [word, tap = ''] = line.split(' ');
    const rest = line.slice(`${word} `.length);
    if (word === 'done') waiting.shift()?.resolve();
    else if (word === 'failed') waiting.shift()?.reject(new Error(rest));
    else if (word === 'lost') listener.lost(Number(tap), rest.slice(tap.length + 1));
    else if (word === 'held') listener.held(Number(tap));
  };
  let unfinished = '';
  holder.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (unfinished + chunk).split('\n');
    unfinished = lines.pop() ?? '';
    lines.forEach(hear);
  });

  return {
    pid: holder.pid ?? 0,
    order(line) {
      if (gone) return Promise.reject(new Error('the holder of the valves is gone'));
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        holder.stdin.write(`${line}\n`);
      });
    },
    tell(line) {
      if (!gone) holder.stdin.write(`${line}\n`);
    },
    ended,
    end: () => void holder.stdin.end(),
    kill9: () => void holder.kill('SIGKILL'),
  };
}
