import { createCanvas, loadImage } from "@napi-rs/canvas";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { child, parseXml, type XmlElement } from "../institutions/xml.ts";
import { createDocumentScannerBench, type DocumentScannerBench } from "./bench.ts";
import { writeJpeg } from "./jpeg.ts";
import { pictureOf } from "./pages.ts";
import { ESCL, PWG } from "./settings.ts";

let bench: DocumentScannerBench;
beforeEach(async () => {
  bench = await createDocumentScannerBench();
});
afterEach(() => bench.simulator.stop());

async function ask(method: string, path: string, body = "") {
  const asking = bench.simulator.front.receive({ method, path: `/eSCL/${path}`, body });
  await bench.advance(3_000);
  const answer = await asking;
  if (typeof answer === "string") throw new Error(answer);
  return { ...answer, text: new TextDecoder().decode(answer.body) };
}

function settings(source: string, more: Readonly<Record<string, string>> = {}): string {
  const values = { width: "2480", colour: "Grayscale8", format: "image/jpeg", dots: "100", ...more };
  return `<scan:ScanSettings xmlns:scan="${ESCL}" xmlns:pwg="${PWG}"><pwg:ScanRegions><pwg:ScanRegion>
    <pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits><pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset>
    <pwg:Width>${values.width}</pwg:Width><pwg:Height>3508</pwg:Height></pwg:ScanRegion></pwg:ScanRegions>
    <pwg:InputSource>${source}</pwg:InputSource><scan:ColorMode>${values.colour}</scan:ColorMode>
    <pwg:DocumentFormat>${values.format}</pwg:DocumentFormat>
    <scan:XResolution>${values.dots}</scan:XResolution><scan:YResolution>${values.dots}</scan:YResolution></scan:ScanSettings>`;
}

async function status() {
  const root = parseXml((await ask("GET", "ScannerStatus")).text);
  return { state: child(root, "State")?.text, adf: child(root, "AdfState")?.text };
}

async function create(source: string, more?: Readonly<Record<string, string>>) {
  const { status: code, location = "" } = await ask("POST", "ScanJobs", settings(source, more));
  return { code, job: location.replace("/eSCL/", "") };
}

const names = (element: XmlElement): string[] => [element.name, ...element.children.flatMap(names)];

describe("a scan", () => {
  test("of the glass gives one picture of what lies there, and then nothing", async () => {
    const paper = bench.simulator.layOnGlass();
    const { code, job } = await create("Platen");
    expect(code).toBe(201);
    expect(await ask("GET", `${job}/NextDocument`)).toMatchObject({ status: 200, contentType: "image/jpeg" });
    expect(await ask("GET", `${job}/NextDocument`)).toMatchObject({ status: 404 });
    expect(bench.simulator.scanned).toMatchObject([{ paper, source: "Platen" }]);
    expect(bench.simulator.engine.jobs).toMatchObject([{ state: "Completed" }]);
  });

  test("of the feeder gives a picture of each sheet in its order", async () => {
    const papers = bench.simulator.load(2);
    const { job } = await create("Feeder");
    for (const _ of papers) expect(await ask("GET", `${job}/NextDocument`)).toMatchObject({ status: 200 });
    expect(await ask("GET", `${job}/NextDocument`)).toMatchObject({ status: 404 });
    expect(bench.simulator.scanned.map(({ paper }) => paper)).toEqual(papers);
  });

  test("is one at a time, is ended by DELETE, and is given up when nobody asks for it", async () => {
    const first = await create("Platen");
    expect(await create("Platen")).toMatchObject({ code: 503 });
    expect(await ask("DELETE", first.job)).toMatchObject({ status: 200 });
    expect(bench.simulator.engine.jobs).toMatchObject([{ state: "Canceled" }]);
    await create("Platen");
    await bench.advance(60_000);
    expect(bench.simulator.engine.current).toBeUndefined();
  });

  test.each([
    ["an empty feeder", "Feeder", {}],
    ["a width that the glass does not have", "Platen", { width: "2600" }],
    ["a format that it does not make", "Platen", { format: "image/png" }],
    ["a resolution that it does not have", "Platen", { dots: "123" }],
    ["a source that it does not have", "Camera", {}],
  ])("is refused: %s", async (_, source, more) => {
    expect(await create(source, more)).toMatchObject({ code: 409 });
  });
});

test("its status tells of paper, jam and cover", async () => {
  expect(await status()).toEqual({ state: "Idle", adf: "ScannerAdfEmpty" });
  await bench.act("load", { sheets: 2 });
  expect(await status()).toMatchObject({ adf: "ScannerAdfLoaded" });
  await bench.act("jam");
  expect(await status()).toMatchObject({ adf: "ScannerAdfJam" });
  await bench.act("clearJam");
  await bench.act("openCover");
  expect(await status()).toMatchObject({ adf: "ScannerAdfHatchOpen" });
  await bench.act("repair");
  await create("Platen");
  expect(await status()).toEqual({ state: "Processing", adf: "ScannerAdfLoaded" });
  await bench.act("nature", { nature: "only-glass" });
  expect(await status()).toEqual({ state: "Processing", adf: undefined });
});

test("its capabilities are those of its nature", async () => {
  const both = names(parseXml((await ask("GET", "ScannerCapabilities")).text));
  expect(both).toEqual(expect.arrayContaining(["PlatenInputCaps", "AdfSimplexInputCaps", "DiscreteResolution"]));
  await bench.act("nature", { nature: "only-feeder" });
  expect(names(parseXml((await ask("GET", "ScannerCapabilities")).text))).not.toContain("PlatenInputCaps");
});

describe("pictures", () => {
  const small = { source: "Platen", width: 425, height: 584, resolution: 50, colour: false } as const;

  test("are another one for each paper, and the same for the same", () => {
    const all = [0, 1, 2, 10, 11].map((paper) => Buffer.from(pictureOf(paper, small)).toString("base64"));
    expect(new Set(all).size).toBe(all.length);
    expect(Buffer.from(pictureOf(2, small)).toString("base64")).toBe(all[2]);
  });

  test.each([false, true])("are what another reader shows, square by square (colour: %s)", async (colour) => {
    const shade = (column: number, row: number) => (column * 37 + row * 91) % 256;
    const [width, height] = [160, 83];
    const image = await loadImage(Buffer.from(writeJpeg({ width, height, dotsPerInch: 100, colour, shade })));
    expect([image.width, image.height]).toEqual([width, height]);
    const context = createCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    for (let row = 0; row < 10; row++)
      for (let column = 0; column < 20; column++) {
        const seen = data[4 * ((8 * row + 4) * width + 8 * column + 4)] ?? -1;
        expect(Math.abs(seen - shade(column, row)), `${column}, ${row}`).toBeLessThanOrEqual(1);
      }
  });
});

test("parameters that make no sense are told in a sentence", async () => {
  await expect(bench.act("load", { sheets: -1 })).rejects.toThrow("sheets must be a whole number");
  await expect(bench.act("wireFault", { fault: "earthquake" })).rejects.toThrow("must be one of");
});
