import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const IMAGE_MB = 24;
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A file system in a file: what has not reached the file is what a power cut takes. */
export type Disk = { readonly image: string; readonly at: string; unmount(): void };

/** Null, and one sentence why: this machine may not mount. */
export function whyNoDisks(folder: string): string | null {
  try {
    makeDisk(folder, 'probe').unmount();
    return null;
  } catch (problem) {
    const said = (problem as { stderr?: string }).stderr?.trim().split('\n')[0];
    return said ?? (problem as Error).message;
  }
}

export function makeDisk(folder: string, name: string): Disk {
  const image = join(folder, `${name}.img`);
  run('truncate', '--size', `${IMAGE_MB}M`, image);
  run('mkfs.ext4', '-q', '-F', image);
  return mountDisk(folder, image);
}

export function mountDisk(folder: string, image: string): Disk {
  const at = join(folder, `mount-${Math.random().toString(36).slice(2)}`);
  mkdirSync(at);
  run('mount', '-o', 'loop', image, at);
  return {
    image,
    at,
    unmount() {
      run('umount', at);
      rmdirSync(at);
    },
  };
}

/** The disk as it is at this moment, without what its file system still holds in memory. */
export function copyDisk({ image }: Disk, copy: string): void {
  run('cp', '--sparse=always', image, copy);
}
