import type { ScannerSource } from "../interface.ts";
import { JPEG, type SourceFacts } from "./facts.ts";

/** Chile's oficio, 216 by 330 mm, which holds letter and A4 as well; in 1/300 inch. */
const PAPER = { width: 2_551, height: 3_898 };
const NAMES: { readonly [source in ScannerSource]: string } = { platen: "Platen", feeder: "Feeder" };
const COLOUR = "RGB24";
const GREY = "Grayscale8";
const INTENT = "Document";

export type Wish = {
  /** Dots per inch; the nearest that the source has is taken. */
  readonly resolution: number;
  readonly colour: boolean;
};

/** What is asked of the scanner, as the document that makes a job: one side of one sheet as JPEG, of whatever the source has nearest to the wish. */
export function scanSettings(source: ScannerSource, facts: SourceFacts, wish: Wish): string {
  const resolution = nearest(facts.resolutions, wish.resolution);
  const region = [
    element("pwg:ContentRegionUnits", "escl:ThreeHundredthsOfInches"),
    element("pwg:XOffset", 0),
    element("pwg:YOffset", 0),
    element("pwg:Width", Math.min(PAPER.width, facts.width ?? PAPER.width)),
    element("pwg:Height", Math.min(PAPER.height, facts.height ?? PAPER.height)),
  ];
  const settings = [
    element("pwg:Version", "2.0"),
    ...(facts.intents.includes(INTENT) ? [element("scan:Intent", INTENT)] : []),
    element("pwg:ScanRegions", element("pwg:ScanRegion", region.join(""))),
    element("pwg:InputSource", NAMES[source]),
    element("scan:ColorMode", colourMode(facts.colourModes, wish.colour)),
    element("pwg:DocumentFormat", JPEG),
    ...(facts.newFormats ? [element("scan:DocumentFormatExt", JPEG)] : []),
    element("scan:XResolution", resolution),
    element("scan:YResolution", resolution),
    ...(source === "feeder" ? [element("scan:Duplex", "false")] : []),
  ];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<scan:ScanSettings ${NAMESPACES}>${settings.join("")}</scan:ScanSettings>`;
}

const NAMESPACES =
  'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"';

/** Nothing that is written here needs escaping: numbers, and words of ours. */
function element(name: string, content: string | number): string {
  return `<${name}>${content}</${name}>`;
}

/** The larger one of two that are as near. A scanner that lists none is asked for the wish itself. */
function nearest(resolutions: readonly number[], wish: number): number {
  return (
    resolutions.reduce<number | undefined>((best, one) => {
      return best === undefined || Math.abs(one - wish) <= Math.abs(best - wish) ? one : best;
    }, undefined) ?? wish
  );
}

function colourMode(modes: readonly string[], colour: boolean): string {
  const [wanted, other] = colour ? [COLOUR, GREY] : [GREY, COLOUR];
  return !modes.includes(wanted) && modes.includes(other) ? other : wanted;
}
