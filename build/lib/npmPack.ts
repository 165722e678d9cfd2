import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Fetches a registry package as an archive into `folder`, without installing it; answers the archive's place. With
 * `integrity` its SHA-512 is held against that, otherwise npm's own check against the registry's word has to do.
 */
export async function npmPack(spec: string, folder: string, integrity: string | null): Promise<string> {
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout } = await run(command, ['pack', spec, '--json', '--pack-destination', folder], {
    cwd: folder,
    maxBuffer: 16 * 1024 * 1024,
  });
  const packed = JSON.parse(stdout) as { filename: string }[];
  const name = packed[0]?.filename;
  if (name === undefined) throw new Error(`npm pack ${spec} named no file; run it by hand to see why.`);
  // npm names a scoped package's file with its scope in newer versions, and says it with a slash in older ones
  const archive = join(folder, name.replace('@', '').replace('/', '-'));
  if (integrity !== null) await verifyIntegrity(archive, spec, integrity);
  return archive;
}

export async function verifyIntegrity(archive: string, spec: string, integrity: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  if (`sha512-${hash.digest('base64')}` !== integrity)
    throw new Error(`${archive} (${spec}) does not have the expected SHA-512, so it is not used.`);
}
