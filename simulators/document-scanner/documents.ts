import { escapeXml } from "../institutions/xml.ts";
import type { ScanEngine, ScanJob } from "./scanner.ts";
import { COLOUR_MODES, ESCL, LARGEST, PWG, RESOLUTIONS, type ScannerNature } from "./settings.ts";

/** An element with what stands in it, which is written already. */
const inside = (name: string, ...content: readonly string[]) => `<${name}>${content.join("")}</${name}>`;
const text = (name: string, value: string | number) => inside(name, escapeXml(String(value)));

function document(name: string, ...content: readonly string[]): string {
  const namespaces = `xmlns:scan="${ESCL}" xmlns:pwg="${PWG}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} ${namespaces}>${content.join("")}</${name}>\n`;
}

/** The answer to a question for its capabilities. */
export function capabilitiesDocument({ platen, feeder, formats }: ScannerNature): string {
  const source = (name: string, { width, height }: { readonly width: number; readonly height: number }) =>
    inside(
      name,
      ...[text("scan:MinWidth", 16), text("scan:MaxWidth", width)],
      ...[text("scan:MinHeight", 16), text("scan:MaxHeight", height), text("scan:MaxScanRegions", 1)],
      inside("scan:SettingProfiles", profile(formats)),
      inside("scan:SupportedIntents", text("scan:Intent", "Document"), text("scan:Intent", "Photo")),
      ...[text("scan:MaxOpticalXResolution", 300), text("scan:MaxOpticalYResolution", 300)],
    );
  return document(
    "scan:ScannerCapabilities",
    ...[text("pwg:Version", "2.63"), text("pwg:MakeAndModel", "Ventanilla Simulated Scanner")],
    ...[text("pwg:SerialNumber", "SIM-0001"), text("scan:Manufacturer", "Ventanilla")],
    text("scan:UUID", "00000000-0000-4000-8000-000000000001"),
    ...(platen ? [inside("scan:Platen", source("scan:PlatenInputCaps", LARGEST.Platen))] : []),
    ...(feeder
      ? [inside("scan:Adf", source("scan:AdfSimplexInputCaps", LARGEST.Feeder), text("scan:FeederCapacity", 50))]
      : []),
  );
}

function profile(formats: readonly string[]): string {
  return inside(
    "scan:SettingProfile",
    inside("scan:ColorModes", ...COLOUR_MODES.map((mode) => text("scan:ColorMode", mode))),
    inside(
      "scan:DocumentFormats",
      ...formats.flatMap((format) => [text("pwg:DocumentFormat", format), text("scan:DocumentFormatExt", format)]),
    ),
    inside(
      "scan:SupportedResolutions",
      inside(
        "scan:DiscreteResolutions",
        ...RESOLUTIONS.map((dots) =>
          inside("scan:DiscreteResolution", text("scan:XResolution", dots), text("scan:YResolution", dots)),
        ),
      ),
    ),
  );
}

/** The answer to a question for its status. @param place of a job, a path. */
export function statusDocument(engine: ScanEngine, nature: ScannerNature, place: (job: ScanJob) => string): string {
  const { coverOpen, jam, feeder, broken } = engine.condition;
  const adf = jam ? "Jam" : coverOpen ? "HatchOpen" : feeder.length > 0 ? "Loaded" : "Empty";
  const state = broken ? "Stopped" : engine.current === undefined ? "Idle" : "Processing";
  return document(
    "scan:ScannerStatus",
    ...[text("pwg:Version", "2.63"), text("pwg:State", state)],
    ...(nature.feeder ? [text("scan:AdfState", `ScannerAdf${adf}`)] : []),
    inside(
      "scan:Jobs",
      ...[...engine.jobs]
        .reverse()
        .map((job) =>
          inside(
            "scan:JobInfo",
            ...[text("pwg:JobUri", place(job)), text("pwg:JobUuid", uuidOf(job)), text("scan:Age", 0)],
            ...[text("pwg:ImagesCompleted", job.pictures), text("pwg:ImagesToTransfer", 0)],
            ...[text("pwg:JobState", job.state), inside("pwg:JobStateReasons", text("pwg:JobStateReason", "None"))],
          ),
        ),
    ),
  );
}

/** Another one for each job. */
export function uuidOf({ id }: ScanJob): string {
  return `00000000-0000-4000-9000-${String(id).padStart(12, "0")}`;
}
