'use strict';
/**
 * What Electron's own `default_app` does, as far as this project needs it: start the application folder named on
 * the command line. A runtime taken out of a packaged application lacks it, and then `electron .` says nothing.
 * Must hold: `--require` modules run before the application (Playwright injects its loader so), switches that
 * belong to Chromium are skipped, and a failing application ends with exit code 1.
 */
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { app } = require('electron');

const PRINT = {
  '--version': () => `v${process.versions.electron}`,
  '-v': () => `v${process.versions.electron}`,
  '--abi': () => process.versions.modules,
  '-a': () => process.versions.modules,
};

function parseArguments(args) {
  const preloads = [];
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index];
    if (argument in PRINT) return { print: PRINT[argument]() };
    if (argument === '-r' || argument === '--require') {
      index += 1;
      preloads.push(args[index]);
    } else if (argument.startsWith('--app=')) {
      return { preloads, folder: argument.slice('--app='.length) };
    } else if (!argument.startsWith('-')) {
      return { preloads, folder: argument };
    }
  }
  return { preloads };
}

function describeApplication(folder) {
  const manifestFile = path.join(folder, 'package.json');
  if (!fs.existsSync(manifestFile)) return undefined;
  const manifest = JSON.parse(fs.readFileSync(manifestFile, 'utf8'));
  const name = manifest.productName || manifest.name;
  if (manifest.version) app.setVersion(manifest.version);
  if (name) app.name = name;
  app.setDesktopName(manifest.desktopName || `${app.name}.desktop`);
  return folder;
}

function startApplication(folder) {
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  const described = describeApplication(folder);
  const entry = Module._resolveFilename(folder, null, true);
  app.setAppPath(described || path.dirname(entry));
  Module._load(entry, module, true);
}

const wanted = parseArguments(process.argv.slice(1));
if (wanted.print !== undefined) {
  console.log(wanted.print);
  process.exit(0);
}
if (wanted.preloads.length > 0) Module._preloadModules(wanted.preloads);
if (wanted.folder === undefined) {
  console.error('Name the application folder: electron FOLDER');
  process.exit(1);
}
try {
  startApplication(path.resolve(wanted.folder));
} catch (error) {
  console.error('The application failed while loading:', error);
  process.exit(1);
}
