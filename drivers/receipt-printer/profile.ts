import type { PrinterCapabilities } from "./interface.ts";

/**
 * What differs between printers that speak ESC/POS, as data. Where a value comes from general knowledge and not from a
 * manual that was read, `PROTOCOL` in this folder's README says so.
 */
export type PrinterProfile = {
  readonly model: string;
  /** Characters per line in font A (12 dots wide). */
  readonly columns: number;
  /** Printable width, dots. */
  readonly dots: number;
  /** `ESC t` number of the code page; numbers differ between makers. */
  readonly codePage: { readonly name: "windows1252" | "cp858"; readonly number: number };
  /** Lines from the head to the cutter, fed before a cut. */
  readonly feedBeforeCut: number;
  readonly cut: readonly number[] | undefined;
  readonly presenter:
    | { readonly present: readonly number[]; readonly retract: readonly number[]; readonly eject: readonly number[] }
    | undefined;
  /** `DLE EOT n` requests of one poll, in the order in which they are asked. 20 is Custom's full status. */
  readonly statusRequests: readonly number[];
  /** Makes the printer report changes by itself, and the form of those reports. */
  readonly automaticStatus: { readonly enable: readonly number[]; readonly form: "asb" | "full-status" } | undefined;
  /** `GS ( H` function 48: the printer echoes an id when everything before it has been processed. */
  readonly processId: boolean;
  /** `GS r 1`: answered in buffer order, so after the ticket. */
  readonly bufferedStatus: boolean;
  /** `GS I n` requests that are answered with `5F text 00`: maker, model, firmware. */
  readonly identity: { readonly maker: number; readonly model: number; readonly firmware: number } | undefined;
  /** Clears the buffer and recovers from an error; real-time first, so that a stopped printer executes it. */
  readonly reset: readonly number[];
};

export const EPSON_TM: PrinterProfile = {
  model: "epson-tm",
  columns: 48,
  dots: 576,
  codePage: { name: "windows1252", number: 16 },
  feedBeforeCut: 4,
  cut: [0x1d, 0x56, 0x00],
  presenter: undefined,
  statusRequests: [1, 2, 3, 4],
  automaticStatus: { enable: [0x1d, 0x61, 0x0e], form: "asb" },
  processId: true,
  bufferedStatus: true,
  identity: { maker: 66, model: 67, firmware: 65 },
  reset: [0x10, 0x05, 0x02, 0x1b, 0x40],
};

export const CUSTOM_VKP80: PrinterProfile = {
  model: "custom-vkp80",
  columns: 48,
  dots: 576,
  codePage: { name: "cp858", number: 19 },
  feedBeforeCut: 4,
  cut: [0x1b, 0x69],
  presenter: {
    present: [0x1d, 0x65, 0x20, 0x0a],
    retract: [0x1d, 0x65, 0x02],
    eject: [0x1d, 0x65, 0x05],
  },
  statusRequests: [1, 2, 3, 4, 20],
  automaticStatus: { enable: [0x1d, 0xe0, 0x0f], form: "full-status" },
  processId: false,
  bufferedStatus: true,
  identity: undefined,
  reset: [0x10, 0x05, 0x02, 0x1b, 0x40],
};

export const PROFILES: { readonly [model: string]: PrinterProfile } = {
  [EPSON_TM.model]: EPSON_TM,
  [CUSTOM_VKP80.model]: CUSTOM_VKP80,
};

export function capabilitiesOf(profile: PrinterProfile): PrinterCapabilities {
  return {
    columns: profile.columns,
    dots: profile.dots,
    cutter: profile.cut !== undefined,
    presenter: profile.presenter !== undefined,
    completion: bestCompletion(profile),
  };
}

function bestCompletion(profile: PrinterProfile): PrinterCapabilities["completion"] {
  if (profile.processId) return "process-id";
  if (profile.bufferedStatus) return "buffered-status";
  return profile.statusRequests.includes(20) ? "full-status" : "none";
}
