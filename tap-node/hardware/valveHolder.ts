import { appendFileSync } from 'node:fs';

/*
 * Holds the outputs of the valves in a process of its own, so that they fall to closed when the node dies in any way:
 * the end of standard input closes every valve before this process ends. Lines in: `open <tap>`, `close <tap>`.
 * Each line is answered by `done`. What was driven, and when, is appended to the file named in the first argument.
 */
const [, , log] = process.argv;
const open = new Set<string>();

function drive(tap: string, valve: 'open' | 'closed', why: string): void {
  if (valve === 'open') open.add(tap);
  else open.delete(tap);
  if (log)
    appendFileSync(
      log,
      `${JSON.stringify({ at: Date.now(), tap: Number(tap), valve, why, pid: process.pid })}\n`,
    );
}

function closeAll(): void {
  for (const tap of [...open]) drive(tap, 'closed', 'stdin_ended');
  process.exit(0);
}

// the terminal signals the whole group: the valves are still held until the node itself is gone
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.stdout.on('error', () => undefined);

let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const [order, tap, why] = line.split(' ');
    if (tap && (order === 'open' || order === 'close'))
      drive(tap, order === 'open' ? 'open' : 'closed', why ?? 'order');
    process.stdout.write('done\n');
  }
});
process.stdin.on('end', closeAll);
process.stdin.on('error', closeAll);
process.stdin.on('close', closeAll);
