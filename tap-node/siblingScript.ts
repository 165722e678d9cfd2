import { fileURLToPath } from 'node:url';

/** The file of a worker or child beside its caller: TypeScript in the checkout, a bundle of the same name when packaged. */
export function siblingScript(caller: string, name: string): string {
  return fileURLToPath(new URL(`${name}${caller.endsWith('.ts') ? '.ts' : '.mjs'}`, caller));
}
