import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Line } from './badLine.ts';

/** nft and nsenter lie where a plain user does not look. */
const ENV = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/** A network namespace: programs run there, and ports of its loopback can be reached from here. */
export interface Place {
  /** what a program's own command line is put behind */
  readonly command: readonly string[];
  /** A port of this machine's loopback that leads to the one of the same number there. */
  openDoor(): Promise<number>;
}

/** Two networks and the one cable between them; the kernel's packet filter spoils it, at the end that receives. */
export interface TwoNetworks {
  readonly till: Place;
  readonly taps: Place;
  /** of the till, on the cable */
  readonly till_host: string;
  readonly line: KernelLine;
  close(): Promise<void>;
}

export interface KernelLine extends Line {
  /** Every packet is answered by an RST, in both directions. */
  reset(): Promise<void>;
  /** So many of a hundred packets are lost, in each direction, whichever chance takes. */
  lose(percent: number): Promise<void>;
}

const TILL = '10.77.0.1';
const TAPS = '10.77.0.2';
const isRoot = process.getuid?.() === 0;
/** A plain user may have networks in a user namespace of its own, where the kernel allows that. */
const OWN_NETWORK = isRoot
  ? ['unshare', '--net']
  : ['unshare', '--user', '--map-current-user', '--keep-caps', '--net'];
const ENTER = isRoot ? ['--net'] : ['--user', '--preserve-credentials', '--net'];

const RULES =
  'table inet line {\n chain in {\n  type filter hook input priority 0\n  tcp dport 1 drop\n }\n}';

/** null where it can be done; else the sentence that says what is needed. */
export function whyNoNetworks(): string | null {
  const [program = '', ...args] = OWN_NETWORK;
  const script = `ip link add till0 type veth peer name taps0 && printf '${RULES}\n' | nft -f -`;
  const tried = spawnSync(program, [...args, 'sh', '-c', script], {
    env: ENV,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (tried.status === 0) return null;
  const why = (tried.error?.message ?? tried.stderr).trim().split('\n')[0];
  return `Network namespaces need Linux with the packages iproute2 and nftables, and root or user namespaces that a plain user may make (${why})`;
}

export async function openTwoNetworks(): Promise<TwoNetworks> {
  const shell = openShell();
  const pid = await shell.run(
    `ip link set lo up
    unshare --net sleep infinity >/dev/null 2>&1 &
    while [ "$(readlink /proc/$!/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
    ip link add till0 type veth peer name taps0 netns $!
    ip addr add ${TILL}/24 dev till0
    ip link set till0 up
    nsenter -t $! --net sh -ec 'ip link set lo up; ip addr add ${TAPS}/24 dev taps0; ip link set taps0 up'
    echo $!`,
  );
  shell.atEnd(`kill ${pid}`);
  const doors: ChildProcess[] = [];
  const till = openPlace(shell.pid, doors);
  const taps = openPlace(Number(pid), doors);
  const rulesOf = (from: string, rule: string): string =>
    `table inet line\ndelete table inet line\n${rule && RULES.replace('tcp dport 1 drop', `ip saddr ${from} ${rule}`)}`;
  const spoil = async (to_till: string, to_taps = to_till): Promise<void> => {
    await shell.run(
      `nft -f - <<'END'\n${rulesOf(TAPS, to_till)}\nEND\nnsenter -t ${pid} --net nft -f - <<'END'\n${rulesOf(TILL, to_taps)}\nEND`,
    );
  };
  return {
    till,
    taps,
    till_host: TILL,
    line: {
      heal: () => spoil(''),
      hold: () => spoil('counter drop'),
      // a packet that begins with a record of application data: handshakes go through
      loseReplies: () => spoil('', 'tcp flags & fin == 0 @ih,0,8 0x17 counter drop'),
      reset: () => spoil('meta l4proto tcp counter reject with tcp reset'),
      lose: (percent) => spoil(`numgen random mod 100 < ${percent} counter drop`),
      async lost() {
        const said = await shell.run(`nft list ruleset; nsenter -t ${pid} --net nft list ruleset`);
        return [...said.matchAll(/packets (\d+)/g)].reduce((sum, [, packets]) => sum + Number(packets), 0);
      },
    },
    async close() {
      for (const door of doors) door.disconnect();
      await shell.close();
    },
  };
}

/** A shell that lives in the till's network and may change both. It ends with this process, and then so do the networks. */
function openShell() {
  const [program = '', ...args] = OWN_NETWORK;
  const shell = spawn(program, [...args, 'sh'], { env: ENV, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(shell, 'exit');
  const waiting: { said: string[]; resolve: (said: string) => void; reject: (problem: Error) => void }[] = [];
  createInterface({ input: shell.stdout }).on('line', (line) => {
    const status = /^ended (\d+)$/.exec(line)?.[1];
    if (status === undefined) return waiting[0]?.said.push(line);
    const one = waiting.shift();
    const said = one?.said.join('\n') ?? '';
    if (status === '0') one?.resolve(said);
    else one?.reject(new Error(`the networks: ${said}`));
  });
  void ended.then(() => {
    for (const one of waiting.splice(0)) one.reject(new Error('the shell of the networks ended'));
  });
  return {
    pid: shell.pid ?? 0,
    run: (script: string) =>
      new Promise<string>((resolve, reject) => {
        waiting.push({ said: [], resolve, reject });
        shell.stdin.write(`( set -e\n${script}\n) 2>&1\necho "ended $?"\n`);
      }),
    atEnd: (script: string) => void shell.stdin.write(`trap '${script}' EXIT\n`),
    async close() {
      shell.stdin.end();
      await ended;
    },
  };
}

function openPlace(pid: number, doors: ChildProcess[]): Place {
  const command = ['nsenter', '-t', String(pid), ...ENTER];
  return {
    command,
    async openDoor() {
      const server = createServer({ pauseOnConnect: true });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const [program = '', ...args] = command;
      const script = fileURLToPath(new URL('./door.ts', import.meta.url));
      const door = spawn(program, [...args, process.execPath, script], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      doors.push(door);
      await new Promise<void>((resolve, reject) => {
        door.once('message', () => resolve());
        door.once('exit', () => reject(new Error('the door to the other network ended')));
        door.send?.(port, server);
      });
      server.close();
      return port;
    },
  };
}
