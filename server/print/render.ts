import { transform } from 'receiptline';
import type { PrinterSettings } from '#domain/receipt/printer';
import { pngOf } from './picture.ts';

/** What a document becomes on its way to paper or a screen. */

/** ESC p and BEL: the pulse that opens a drawer on the printer's first pin. */
const DRAWER: Readonly<Record<PrinterSettings['command'], readonly number[]>> = {
  escpos: [0x1b, 0x70, 0x00, 0x19, 0xfa],
  starsbcs: [0x07],
};
export const drawerPulse = (command: PrinterSettings['command']): Buffer => Buffer.from(DRAWER[command]);

/** receiptline asks a web page for its font; a till has none, and needs none: each letter has its own place. */
export function svgOf(receipt: string, columns: number): string {
  return transform(receipt, { cpl: columns, encoding: 'cp866', command: 'svg' })
    .replace(/<style[^>]*>.*?<\/style>/s, '')
    .replace(/font-family="[^"]*"/, 'font-family="PT Mono, DejaVu Sans Mono, monospace"');
}

/** The printer's own language. Letters as text in code page 866, or the whole document as one picture. */
export async function bytesOf(
  receipt: string,
  { columns, command, letters }: Pick<PrinterSettings, 'columns' | 'command' | 'letters'>,
): Promise<Buffer> {
  // The document says where the paper is cut. A cut of receiptline's own, or a line after it, would be a slip of empty paper.
  const printer = { cpl: columns, encoding: 'cp866', command, gradient: false, cutting: false } as const;
  const document =
    letters === 'text'
      ? receipt.trimEnd()
      : `{image:${(await pngOf(svgOf(receipt, columns))).toString('base64')}}\n=`;
  return Buffer.from(transform(document, printer), 'latin1');
}
