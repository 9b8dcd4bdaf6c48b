import type { ScannerSource } from "../interface.ts";
import { child, within, type XmlElement } from "./xml.ts";

/** The only kind of picture that is asked for: every service takes it, and a page of it is small. */
export const JPEG = "image/jpeg";

/** What can be asked of one source. */
export type SourceFacts = {
  /** Largest picture, in 1/300 inch; absent when the scanner does not say. */
  readonly width?: number;
  readonly height?: number;
  readonly formats: readonly string[];
  /** The formats are told by the newer name too, `DocumentFormatExt`, which then has to be asked for. */
  readonly newFormats: boolean;
  readonly colourModes: readonly string[];
  readonly intents: readonly string[];
  /** Dots per inch, ascending. */
  readonly resolutions: readonly number[];
};

/** What a scanner can do. */
export type ScannerFacts = {
  readonly maker?: string;
  readonly product?: string;
  readonly sources: { readonly [source in ScannerSource]?: SourceFacts };
};

/** How the feeder is; `unknown` where the scanner says nothing of it, or something that is in no list. */
export type FeederState = "loaded" | "empty" | "jammed" | "open" | "unknown";

/** How a scanner is now; `busy` with some work, whoever asked for it. */
export type ScannerState = { readonly state: "idle" | "busy" | "stopped" | "unknown"; readonly feeder: FeederState };

/** `undefined` when the document is about something else, or names no place for a paper. */
export function readFacts(root: XmlElement): ScannerFacts | undefined {
  if (root.name !== "ScannerCapabilities") return undefined;
  const adf = child(root, "Adf");
  const platen = child(child(root, "Platen"), "PlatenInputCaps");
  const feeder = child(adf, "AdfSimplexInputCaps") ?? child(adf, "AdfDuplexInputCaps");
  if (platen === undefined && feeder === undefined) return undefined;
  const maker = child(root, "Manufacturer")?.text.slice(0, LONGEST_NAME);
  const product = child(root, "MakeAndModel")?.text.slice(0, LONGEST_NAME);
  return {
    ...(maker === undefined ? {} : { maker }),
    ...(product === undefined ? {} : { product }),
    sources: {
      ...(platen === undefined ? {} : { platen: readSource(platen, root) }),
      ...(feeder === undefined ? {} : { feeder: readSource(feeder, root) }),
    },
  };
}

const LONGEST_NAME = 100;

/** What a source does not say itself holds for the whole scanner: some write their profiles once and refer to them. */
function readSource(source: XmlElement, root: XmlElement): SourceFacts {
  const all = (name: string) => {
    const own = within(source, name);
    return own.length > 0 ? own : within(root, name);
  };
  const texts = (...names: readonly string[]) => [...new Set(names.flatMap(all).map(({ text }) => text))];
  const width = whole(child(source, "MaxWidth"));
  const height = whole(child(source, "MaxHeight"));
  return {
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    formats: texts("DocumentFormat", "DocumentFormatExt").map((format) => format.toLowerCase()),
    newFormats: all("DocumentFormatExt").length > 0,
    colourModes: texts("ColorMode"),
    intents: texts("Intent", "SupportedIntent"),
    resolutions: readResolutions(all),
  };
}

/** Where a scanner has a range, these in it stand for all. */
const USUAL = [75, 100, 150, 200, 240, 300, 400, 600];
/** More dots per inch than any paper has letters for. */
const MOST = 9_600;

function readResolutions(all: (name: string) => readonly XmlElement[]): readonly number[] {
  const listed = all("DiscreteResolution").flatMap((one) => {
    const [x, y] = [whole(child(one, "XResolution")), whole(child(one, "YResolution"))];
    return x !== undefined && x === y ? [x] : [];
  });
  const ranges = all("ResolutionRange").flatMap((range) => {
    const x = child(range, "XResolution");
    const [least, most] = [whole(child(x, "Min")), whole(child(x, "Max"))];
    if (least === undefined || most === undefined || least > most) return [];
    return [least, ...USUAL.filter((one) => one > least && one < most), most];
  });
  const found = listed.length > 0 ? listed : ranges;
  return [...new Set(found)].filter((one) => one > 0 && one <= MOST).sort((a, b) => a - b);
}

/** `undefined` when the document is about something else, or does not say how the scanner is. */
export function readState(root: XmlElement): ScannerState | undefined {
  const state = child(root, "State")?.text;
  if (root.name !== "ScannerStatus" || state === undefined) return undefined;
  return { state: STATES[state] ?? "unknown", feeder: readFeeder(child(root, "AdfState")?.text ?? "") };
}

const STATES: { readonly [state: string]: ScannerState["state"] | undefined } = {
  Idle: "idle",
  Processing: "busy",
  Testing: "busy",
  Stopped: "stopped",
};

/** By the words in it: makers have names of their own for the ways in which paper sticks and doors stand open. */
function readFeeder(state: string): FeederState {
  if (/Loaded$/.test(state)) return "loaded";
  if (/Empty$/.test(state)) return "empty";
  if (/Jam|Mispick|Multipick/.test(state)) return "jammed";
  return /Open$/.test(state) ? "open" : "unknown";
}

function whole(element: XmlElement | undefined): number | undefined {
  return element !== undefined && /^\d{1,7}$/.test(element.text) ? Number(element.text) : undefined;
}
