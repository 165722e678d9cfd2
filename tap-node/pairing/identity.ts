import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeDataFolder } from '../dataFolder.ts';

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
  /** which files: a renewed key lies beside the old one until this file names it */
  generation: z.number().int().min(0).default(0),
});

const NODE_FILE = 'node.json';
const filesOf = (generation: number) => {
  const suffix = generation === 0 ? '' : `-${generation}`;
  return { key: `node${suffix}.key`, certificate: `node${suffix}.crt`, ca: `till-ca${suffix}.crt` };
};

export function saveIdentity(directory: string, identity: Identity): void {
  makeDataFolder(directory);
  const { key, certificate, ca, ...node } = identity;
  const before = generationIn(directory);
  const generation = before === null ? 0 : before + 1;
  const files = filesOf(generation);
  writeDurably(join(directory, files.key), key);
  writeDurably(join(directory, files.certificate), certificate);
  writeDurably(join(directory, files.ca), ca);
  // last: it says that the others are whole, and which they are
  writeDurably(join(directory, NODE_FILE), `${JSON.stringify({ ...node, generation }, null, 2)}\n`);
  if (before === null) return;
  for (const name of Object.values(filesOf(before))) rmSync(join(directory, name), { force: true });
}

/** Null: there is no identity, or none that can be read. */
function generationIn(directory: string): number | null {
  try {
    return nodeFile.parse(JSON.parse(readFileSync(join(directory, NODE_FILE), 'utf8'))).generation;
  } catch {
    return null;
  }
}

/** Null: this node was never enrolled. */
export function loadIdentity(directory: string): Identity | null {
  const node = readIfThere(join(directory, NODE_FILE));
  if (node === null) return null;
  try {
    const read = (name: string) => readFileSync(join(directory, name), 'utf8');
    const { generation, ...known } = nodeFile.parse(JSON.parse(node));
    const files = filesOf(generation);
    return { ...known, key: read(files.key), certificate: read(files.certificate), ca: read(files.ca) };
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
