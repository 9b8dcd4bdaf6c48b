import { describe, expect, test } from "vitest";
import { assertOk } from "../../../base/result.ts";
import { readSettings } from "../../../simulators/document-scanner/settings.ts";
import { conditionsOf, stopOf } from "./conditions.ts";
import { readFacts, readState, type ScannerFacts, type SourceFacts } from "./facts.ts";
import { sourceOf } from "./scan.ts";
import { scanSettings } from "./settings.ts";
import { readXml } from "./xml.ts";

const root = (source: string) => assertOk(readXml(source), "xml");
const facts = (inside: string) => readFacts(root(`<s:ScannerCapabilities>${inside}</s:ScannerCapabilities>`));
const state = (inside: string) => readState(root(`<s:ScannerStatus>${inside}</s:ScannerStatus>`));

const PLAIN: SourceFacts = {
  ...{ width: 2_550, height: 3_508, formats: ["image/jpeg"], newFormats: false },
  ...{ colourModes: ["Grayscale8", "RGB24"], intents: [], resolutions: [100, 200, 300] },
};
const glass: ScannerFacts = { sources: { platen: PLAIN } };
const feeder: ScannerFacts = { sources: { feeder: PLAIN } };
const both: ScannerFacts = { sources: { platen: PLAIN, feeder: PLAIN } };

describe("capabilities", () => {
  test("a source has its own, and what it does not say holds for all of the scanner", () => {
    const profile = `<p><ColorMode>RGB24</ColorMode><DocumentFormat>IMAGE/JPEG</DocumentFormat>
      <DiscreteResolution><XResolution>300</XResolution><YResolution>300</YResolution></DiscreteResolution>
      <DiscreteResolution><XResolution>600</XResolution><YResolution>300</YResolution></DiscreteResolution></p>`;
    expect(
      facts(`<MakeAndModel>Acme 1</MakeAndModel><SettingProfiles>${profile}</SettingProfiles>
        <Platen><PlatenInputCaps><MaxWidth>2550</MaxWidth></PlatenInputCaps></Platen>`),
    ).toEqual({
      product: "Acme 1",
      sources: {
        platen: {
          ...{ width: 2_550, formats: ["image/jpeg"], newFormats: false },
          ...{ colourModes: ["RGB24"], intents: [], resolutions: [300] },
        },
      },
    });
  });

  test("a range of resolutions is told by the usual ones in it", () => {
    const range = "<ResolutionRange><XResolution><Min>90</Min><Max>310</Max></XResolution></ResolutionRange>";
    const found = facts(`<Adf><AdfDuplexInputCaps>${range}</AdfDuplexInputCaps></Adf>`);
    expect(found?.sources.feeder?.resolutions).toEqual([90, 100, 150, 200, 240, 300, 310]);
  });

  test("another document, and a scanner without any place for paper, are none", () => {
    expect(facts("")).toBeUndefined();
    expect(readFacts(root("<html/>"))).toBeUndefined();
  });
});

describe("status", () => {
  test.each([
    ["Idle", "ScannerAdfLoaded", "idle", "loaded"],
    ["Processing", "ScannerAdfEmpty", "busy", "empty"],
    ["Testing", "", "busy", "unknown"],
    ["Stopped", "ScannerAdfJam", "stopped", "jammed"],
    ["Idle", "ScannerAdfMultipickDetected", "idle", "jammed"],
    ["Idle", "ScannerAdfHatchOpen", "idle", "open"],
    ["Idle", "ScannerAdfDoorOpen", "idle", "open"],
    ["Down", "ScannerAdfProcessing", "unknown", "unknown"],
  ])("%s and %s", (device, adf, expected, felt) => {
    expect(state(`<p:State>${device}</p:State><s:AdfState>${adf}</s:AdfState>`)).toEqual({
      state: expected,
      feeder: felt,
    });
  });

  test("without a state it is none", () => {
    expect(state("<s:AdfState>ScannerAdfEmpty</s:AdfState>")).toBeUndefined();
    expect(readState(root("<html><State>Idle</State></html>"))).toBeUndefined();
  });
});

describe("where the page is taken from", () => {
  const idle = "idle" as const;
  test("a feeder that holds paper goes before the glass", () => {
    expect(sourceOf(both, { state: idle, feeder: "loaded" })).toBe("feeder");
    expect(sourceOf(both, { state: idle, feeder: "empty" })).toBe("platen");
    expect(sourceOf(glass, { state: idle, feeder: "loaded" })).toBe("platen");
  });

  test("where there is only a feeder, its paper is waited for; one that cannot tell is believed", () => {
    expect(sourceOf(feeder, { state: idle, feeder: "empty" })).toBeUndefined();
    expect(sourceOf(feeder, { state: idle, feeder: "unknown" })).toBe("feeder");
  });
});

test("conditions: what is said of a feeder counts where there is one; stopped is told when nothing says why", () => {
  expect(conditionsOf(feeder, { state: "stopped", feeder: "jammed" })).toEqual(["jammed"]);
  expect(conditionsOf(glass, { state: "stopped", feeder: "jammed" })).toEqual(["stopped"]);
  expect(conditionsOf(both, { state: "idle", feeder: "open" })).toEqual(["cover-open"]);
  expect(
    stopOf({ sources: { platen: { ...PLAIN, formats: ["application/pdf"] } } }, { state: "idle", feeder: "unknown" }),
  ).toMatchObject({ code: "document-scanner.no-jpeg" });
  expect(stopOf(glass, { state: "idle", feeder: "jammed" })).toBeUndefined();
});

describe("settings, as another reader reads them", () => {
  const office = { platen: true, feeder: true, formats: ["image/jpeg"] };
  const settings = (known: Partial<SourceFacts>, wish = { resolution: 200, colour: false }) =>
    readSettings(scanSettings("platen", { ...PLAIN, ...known }, wish), office);

  test("the nearest resolution is taken, of two the larger one", () => {
    expect(settings({}, { resolution: 260, colour: false }).resolution).toBe(300);
    expect(settings({}, { resolution: 150, colour: false }).resolution).toBe(200);
    expect(settings({ resolutions: [] }, { resolution: 75, colour: false }).resolution).toBe(75);
  });

  test("colour only where it is wanted, and where there is nothing else", () => {
    expect(settings({}).colour).toBe(false);
    expect(settings({}, { resolution: 200, colour: true }).colour).toBe(true);
    expect(settings({ colourModes: ["RGB24"] }).colour).toBe(true);
  });

  test("the paper is as large as the scanner allows, and no larger than Chile's oficio", () => {
    expect(settings({})).toMatchObject({ source: "Platen", width: 1_700, height: 2_338 });
    const long = scanSettings("feeder", { ...PLAIN, height: 10_000 }, { resolution: 300, colour: false });
    expect(readSettings(long, office)).toMatchObject({ source: "Feeder", width: 2_550, height: 3_898 });
  });

  test("intent and the newer name of the format are said where the scanner knows them", () => {
    expect(scanSettings("platen", PLAIN, { resolution: 200, colour: false })).not.toMatch(/Intent|Ext>/);
    const known = { ...PLAIN, intents: ["Document"], newFormats: true };
    expect(scanSettings("platen", known, { resolution: 200, colour: false })).toMatch(/Intent>Document.*Ext>image/);
  });
});
