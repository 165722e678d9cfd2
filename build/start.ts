/** `npm start`: the till with its own data, first run included. */
import { openTill } from './lib/openTill.ts';

try {
  const till = await openTill({
    httpPort: Number(process.env['TAPTILL_HTTP_PORT'] ?? 8765),
    lanPort: Number(process.env['TAPTILL_LAN_PORT'] ?? 8766),
  });
  if (!till.window)
    console.log(
      `There is no display or no Electron here. Open the till in a browser on this computer: ${till.url}`,
    );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => till.close());
  process.exitCode = await till.closed;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
