import { child, parseXml, type XmlElement } from "../institutions/xml.ts";

/** What kind of scanner it is. */
export type ScannerNature = {
  readonly platen: boolean;
  readonly feeder: boolean;
  readonly formats: readonly string[];
};

export const OFFICE_SCANNER: ScannerNature = {
  platen: true,
  feeder: true,
  formats: ["image/jpeg", "application/pdf"],
};

/** What it can do, whatever its nature: dots per inch, and the largest picture of each source in 1/300 inch. */
export const RESOLUTIONS = [75, 100, 200, 300];
export const LARGEST = { Platen: { width: 2_550, height: 3_508 }, Feeder: { width: 2_550, height: 4_200 } } as const;
export const COLOUR_MODES = ["Grayscale8", "RGB24"];

export type ScanSettings = {
  readonly source: "Platen" | "Feeder";
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Dots per inch. */
  readonly resolution: number;
  readonly colour: boolean;
};

/** @throws Error with a sentence saying what it cannot do, or what is no XML in it. */
export function readSettings(body: string, nature: ScannerNature): ScanSettings {
  const root = parseXml(body);
  if (root.name !== "ScanSettings" || root.namespace !== ESCL) throw new Error("no ScanSettings");
  const source = oneOf(textOf(root, "InputSource"), ["Platen", "Feeder"] as const);
  if (!(source === "Platen" ? nature.platen : nature.feeder)) throw new Error(`there is no ${source}`);
  oneOf(
    textOf(root, "DocumentFormat"),
    nature.formats.filter((format) => format === "image/jpeg"),
  );
  const resolution = Number(oneOf(textOf(root, "XResolution"), RESOLUTIONS.map(String)));
  if (textOf(root, "YResolution") !== String(resolution)) throw new Error("two resolutions");
  const region = child(child(root, "ScanRegions"), "ScanRegion");
  if (textOf(region, "ContentRegionUnits") !== "escl:ThreeHundredthsOfInches") throw new Error("other units");
  const side = (name: "Width" | "Height", offset: string, most: number) => {
    const length = Number(textOf(region, name));
    if (!(length > 0 && length + Number(textOf(region, offset)) <= most)) throw new Error(`${name} is too large`);
    return Math.floor((length * resolution) / 300);
  };
  return {
    ...{ source, resolution },
    width: side("Width", "XOffset", LARGEST[source].width),
    height: side("Height", "YOffset", LARGEST[source].height),
    colour: oneOf(textOf(root, "ColorMode"), COLOUR_MODES) === "RGB24",
  };
}

export const ESCL = "http://schemas.hp.com/imaging/escl/2011/05/03";
export const PWG = "http://www.pwg.org/schemas/2010/12/sm";

function textOf(element: XmlElement | undefined, name: string): string {
  return child(element, name)?.text ?? "";
}

function oneOf<T extends string>(value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`${value} is none of ${choices.join(", ")}`);
  return found;
}
