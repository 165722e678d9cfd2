import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** The bundle has them beside itself, a checkout in its modules. */
const RENDERER = { beside: 'resvg.wasm', module: '@resvg/resvg-wasm/index_bg.wasm' };
const FONT = { beside: 'pt-mono.ttf', module: '@expo-google-fonts/pt-mono/400Regular/PTMono_400Regular.ttf' };

async function asset({ beside, module }: typeof FONT): Promise<Buffer> {
  const file = join(import.meta.dirname, beside);
  return readFile(existsSync(file) ? file : createRequire(import.meta.url).resolve(module));
}

let ready: Promise<Buffer> | undefined;

async function start(): Promise<Buffer> {
  const [renderer, font] = await Promise.all([asset(RENDERER), asset(FONT)]);
  await initWasm(renderer);
  return font;
}

/** A receipt's picture with our own letters, black on white. */
export async function pngOf(svg: string): Promise<Buffer> {
  ready ??= start();
  const font = await ready;
  const drawn = new Resvg(svg, {
    background: '#fff',
    font: { fontBuffers: [font], defaultFontFamily: 'PT Mono', monospaceFamily: 'PT Mono' },
  }).render();
  try {
    return Buffer.from(drawn.asPng());
  } finally {
    drawn.free();
  }
}
