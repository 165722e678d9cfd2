import type { CommandLine } from './gpioTools.ts';

/** The same program, killed by the kernel at the moment in which the process that started it is gone. */
export function untilParentDies(command: CommandLine): CommandLine {
  return ['setpriv', '--pdeathsig', 'KILL', ...command];
}
