import { z } from 'zod';

/** Where documents are printed and how. */
export const PRINTER_TARGETS = ['none', 'network', 'device', 'file'] as const;
export const PRINTER_COMMANDS = ['escpos', 'starsbcs'] as const;
export const PRINTER_COLUMNS = [32, 42, 48] as const;

const printerShape = {
  target: z.enum(PRINTER_TARGETS),
  /** of a network printer */
  host: z.string().trim().max(255),
  port: z.number().int().min(1).max(65_535),
  /** of a device (`/dev/usb/lp0`), or of the folder that files go to */
  path: z.string().trim().max(255),
  columns: z.union(PRINTER_COLUMNS.map((columns) => z.literal(columns))),
  command: z.enum(PRINTER_COMMANDS),
  /** text: the printer's own letters in code page 866; picture: drawn here, for printers without Cyrillic */
  letters: z.enum(['text', 'picture']),
  /** cash opens the drawer that hangs on the printer */
  opens_drawer: z.boolean(),
  /** what is printed without being asked for */
  prints_top_ups: z.boolean(),
  prints_refunds: z.boolean(),
  prints_visits: z.boolean(),
  prints_z: z.boolean(),
};
export type PrinterSettings = z.infer<z.ZodObject<typeof printerShape>>;
export const PRINTER_DEFAULTS: PrinterSettings = {
  target: 'none',
  host: '',
  port: 9100,
  path: '',
  columns: 48,
  command: 'escpos',
  letters: 'text',
  opens_drawer: false,
  prints_top_ups: false,
  prints_refunds: true,
  prints_visits: false,
  prints_z: true,
};
const something = z.object(printerShape).partial();
export const printerSettings = something.transform((set): PrinterSettings => ({
  ...PRINTER_DEFAULTS,
  ...set,
}));
export const printerChange = something.strict();
export const printerWire = z.object(printerShape) satisfies z.ZodType<PrinterSettings>;
