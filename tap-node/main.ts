import { readCommand, USAGE, UsageError } from './cli.ts';
import type { Command } from './cli.ts';
import { SOFTWARE } from './node.ts';
import { runTap } from './runTap.ts';

/** `npm run tap`: enrols a node, or runs it until it is told to stop. */
async function main(argv: readonly string[]): Promise<void> {
  try {
    await follow(readCommand(argv, process.env));
  } catch (problem) {
    const known = problem instanceof UsageError || process.env['TAPTILL_DEBUG'] === undefined;
    console.error(known && problem instanceof Error ? problem.message : problem);
    process.exitCode = 1;
  }
}

async function follow(command: Command): Promise<void> {
  switch (command.kind) {
    case 'help':
      return console.log(USAGE);
    case 'enrol': {
      const { enrol } = await import('./pairing/enrol.ts');
      const { code, till_url, directory } = command;
      const identity = await enrol({ code, till_url, directory });
      return console.log(
        `Enrolled as node ${identity.node_id} with ${identity.tap_ids.length} tap(s); the key lies in ${directory}. Start it with \`npm run tap\`.`,
      );
    }
    case 'version':
      return console.log(`${SOFTWARE} on Node.js ${process.version}, ${process.platform}-${process.arch}`);
    case 'check':
      return (await import('./checkMachine.ts')).checkMachine(command.file);
    case 'close_valves':
      return (await import('./checkMachine.ts')).closeValves(command.file);
    case 'run':
      return runTap(command);
  }
}

await main(process.argv.slice(2));
