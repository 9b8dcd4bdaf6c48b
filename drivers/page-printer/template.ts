import type { Sides } from "./interface.ts";
import { integers, keywords } from "./ipp/attributes.ts";
import type { IppAttribute } from "./ipp/message.ts";
import { A4, type PrinterFacts } from "./printer-facts.ts";

/** One document, as it is to be printed. */
export type Ticket = {
  readonly intent: string;
  readonly copies: number;
  readonly sides: Sides;
  /** Of one copy; `undefined` where only the printer can tell. */
  readonly pages: number | undefined;
  readonly pdf: Uint8Array;
};

/** The job template attributes (RFC 8011, 5.2): A4, no sheet with a job's name on it, and what differs from one copy on one side. */
export function templateOf({ copies, sides }: Ticket, { capabilities, sheets }: PrinterFacts): readonly IppAttribute[] {
  const media = capabilities.media.includes(A4) ? A4 : capabilities.media.find((name) => /^iso[-_]a4/.test(name));
  return [
    integers("copies", copies),
    ...(media === undefined ? [] : [keywords("media", media)]),
    ...(capabilities.sides.includes(sides) ? [keywords("sides", sides)] : []),
    ...(sheets.includes("none") ? [keywords("job-sheets", "none")] : []),
  ];
}
