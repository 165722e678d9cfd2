import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Who this node is to its till. The key never leaves this folder. */
export type Identity = {
  readonly till_url: string;
  readonly node_id: number;
  readonly tap_ids: readonly number[];
  readonly key: string;
  readonly certificate: string;
  readonly ca: string;
};

const nodeFile = z.object({
  till_url: z.url(),
  node_id: z.number().int().positive(),
  tap_ids: z.array(z.number().int().positive()).min(1),
});

const FILES = { key: 'node.key', certificate: 'node.crt', ca: 'till-ca.crt', node: 'node.json' } as const;

export function saveIdentity(directory: string, identity: Identity): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const { key, certificate, ca, ...node } = identity;
  writeDurably(join(directory, FILES.key), key);
  writeDurably(join(directory, FILES.certificate), certificate);
  writeDurably(join(directory, FILES.ca), ca);
  // last: its presence says that the others are whole
  writeDurably(join(directory, FILES.node), `${JSON.stringify(node, null, 2)}\n`);
}

/** Null: this node was never enrolled. */
export function loadIdentity(directory: string): Identity | null {
  const node = readIfThere(join(directory, FILES.node));
  if (node === null) return null;
  try {
    const read = (name: string) => readFileSync(join(directory, name), 'utf8');
    return {
      ...nodeFile.parse(JSON.parse(node)),
      key: read(FILES.key),
      certificate: read(FILES.certificate),
      ca: read(FILES.ca),
    };
  } catch {
    throw new Error(
      `The identity in ${directory} is damaged: enrol this node again with \`npm run tap -- --enrol CODE\`.`,
    );
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (problem) {
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return null;
    throw problem;
  }
}

/** Whole or not at all, also in a power cut; for the owner's eyes only. */
export function writeDurably(file: string, text: string): void {
  const temporary = `${file}.new`;
  const handle = openSync(temporary, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
  if (process.platform === 'win32') return;
  const directory = openSync(dirname(file), 'r');
  fsyncSync(directory);
  closeSync(directory);
}
