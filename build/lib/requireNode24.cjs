'use strict';
// Loaded before every script's entry (`node -r`): where npm was not allowed to run install scripts it silently runs the machine's
// own Node, and an older one cannot even read the entry. Plain syntax, so that an old Node understands this.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    'Taptill needs Node 24 and this is Node ' +
      process.versions.node +
      ': run `npm ci` with install scripts allowed and start through npm, or install Node 24.',
  );
  process.exit(1);
}
