import { createCanvas, loadImage } from "@napi-rs/canvas";
import fc from "fast-check";
import jsqr from "jsqr";
import { describe, expect, test } from "vitest";
import { concat, fromHex, toHex } from "../../base/bytes/bytes.ts";
import { SimulatedClock } from "../../base/clock.ts";
import { assertOk } from "../../base/result.ts";
import type { ReceiptBlock } from "../../drivers/receipt-printer/document.ts";
import { encodeTicket } from "../../drivers/receipt-printer/encoder.ts";
import { CUSTOM_VKP80, EPSON_TM, type PrinterProfile } from "../../drivers/receipt-printer/profile.ts";
import { MemoryWire } from "../wire/memory.ts";
import { createMemoryBench } from "./bench.ts";
import { code128Modules } from "./code128.ts";
import { readCommand } from "./commands.ts";
import { createReceiptPrinterSimulator, type ReceiptPrinterSimulator } from "./simulator.ts";

/** The package's types describe an ES module; what is loaded is the function itself. */
const jsQR = jsqr as unknown as typeof jsqr.default;

/** A simulator without inertia, and the driver's end of its cable. */
async function connect(model: string) {
  const clock = new SimulatedClock();
  const wire = new MemoryWire();
  const simulator = createReceiptPrinterSimulator({ id: "p", model, path: "", clock, wire });
  await simulator.start();
  const channel = assertOk(await wire.open(new AbortController().signal), "open");
  const replies: Uint8Array[] = [];
  channel.onBytes((bytes) => replies.push(bytes));
  const say = async (hex: string) => {
    replies.length = 0;
    await channel.write(fromHex(hex));
    return toHex(concat(replies));
  };
  return { simulator, channel, say, clock };
}

async function printed(profile: PrinterProfile, blocks: readonly ReceiptBlock[]): Promise<ReceiptPrinterSimulator> {
  const { simulator, channel } = await connect(profile.model);
  await channel.write(concat(assertOk(encodeTicket({ blocks }, profile), "encode").commands));
  return simulator;
}

describe("the printer on the wire", () => {
  test("idle it answers 12 to every real-time request", async () => {
    const { say } = await connect("epson-tm");
    expect(await say("100401 100402 100403 100404")).toBe("12121212");
  });

  test("out of paper it answers 1A 32 12 7E, and GS r stays behind what is not printed", async () => {
    const { simulator, say } = await connect("epson-tm");
    simulator.set({ paper: 0 });
    expect(await say("100401 100402 100403 100404")).toBe("1a32127e");
    expect(await say("41 0a 1d7201")).toBe("");
  });

  test("a process id comes back after what is before it", async () => {
    const { simulator, say } = await connect("epson-tm");
    expect(await say("41 0a 1d2848060030304c4c4c4c")).toBe("37224c4c4c4c00");
    expect(simulator.machine.unfinished?.text).toBe("A");
  });

  test("automatic status is sent at once and at each change", async () => {
    const { simulator, channel, say } = await connect("epson-tm");
    expect(await say("1d610e")).toBe("1400000f");
    const seen: string[] = [];
    channel.onBytes((bytes) => seen.push(toHex(bytes)));
    simulator.set({ coverOpen: true });
    simulator.set({ coverOpen: true });
    // An answer to what is asked later comes after everything that was said before.
    await say("100401");
    expect(seen).toEqual(["3c00000f", "1a"]);
  });

  test("full status on Custom, and none on Epson", async () => {
    const custom = await connect("custom-vkp80");
    expect(await custom.say("100414")).toBe("100f00000000");
    custom.simulator.set({ paperJam: true });
    expect(await custom.say("100414")).toBe("100f00004000");
    const epson = await connect("epson-tm");
    expect(await epson.say("100414")).toBe("");
  });

  test("a real-time request inside image data is answered, and the data are printed all the same", async () => {
    const { simulator, say } = await connect("epson-tm");
    expect(await say("1d763000 0300 0100 100401")).toBe("12");
    expect(simulator.machine.unfinished?.elements).toMatchObject([{ kind: "dots" }]);
  });

  test("any bytes are taken without a throw, and every command read is at least one byte long", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const next = readCommand(bytes);
        if (next !== undefined) expect(next.length).toBeGreaterThan(0);
        if (next !== undefined) expect(next.length).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  test("a ticket split at every byte is printed the same", async () => {
    const bytes = concat(
      assertOk(
        encodeTicket(
          {
            blocks: [
              { type: "text", text: "ñandú", bold: true },
              { type: "qr", data: "a" },
            ],
          },
          EPSON_TM,
        ),
        "encode",
      ).commands,
    );
    const whole = await printed(EPSON_TM, [
      { type: "text", text: "ñandú", bold: true },
      { type: "qr", data: "a" },
    ]);
    const { simulator, channel } = await connect("epson-tm");
    for (const byte of bytes) await channel.write(Uint8Array.of(byte));
    expect(simulator.tickets.map((ticket) => ticket.printed)).toEqual(whole.tickets.map((ticket) => ticket.printed));
  });
});

describe("the paper", () => {
  test("accents and the euro are right in both code pages", async () => {
    for (const profile of [EPSON_TM, CUSTOM_VKP80]) {
      const simulator = await printed(profile, [{ type: "text", text: "ÁÉÍÓÚÑÜ áéíóúñü ¿¡ º ª ° € « »" }]);
      expect(simulator.tickets[0]?.text.trim()).toBe("ÁÉÍÓÚÑÜ áéíóúñü ¿¡ º ª ° € « »");
    }
  });

  test("a QR on the picture can be scanned", async () => {
    const url = "https://verifica.example.cl/c?f=BA-000123456&n=Ñuñoa";
    const simulator = await printed(EPSON_TM, [
      { type: "text", text: "Verifique" },
      { type: "qr", data: url },
    ]);
    const png = (await simulator.tickets[0]?.png()) ?? new Uint8Array();
    const image = await loadImage(Buffer.from(png));
    const canvas = createCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
    expect(jsQR(new Uint8ClampedArray(data), width, height)?.data).toBe(url);
  });

  test("CODE128 has its start, the check character of the standard's rule and a stop", () => {
    const modules = code128Modules("{APJJ123C") ?? [];
    const widths = modules.reduce<number[]>((runs, bar, index) => {
      if (index > 0 && modules[index - 1] === bar) runs.push((runs.pop() ?? 0) + 1);
      else runs.push(1);
      return runs;
    }, []);
    // The worked example of public descriptions of CODE128: PJJ123C in set A has check value 54.
    expect(widths.join("")).toMatch(/^211412.*3111232331112$/);
    expect(modules).toHaveLength(11 * 9 + 13);
  });

  test("paper used is taken off the roll, and it ends in the middle of a ticket", async () => {
    const { simulator, channel } = await connect("epson-tm");
    simulator.actions.paperEnd?.run({ afterLines: 3 });
    await channel.write(fromHex("410a420a430a440a450a"));
    expect(simulator.machine.unfinished?.text).toBe("A\nB\nC");
    simulator.actions.loadPaper?.run({});
    expect(simulator.machine.unfinished?.text).toBe("A\nB\nC\nD\nE");
  });

  test("the pictures are what is printing, what is in the mouth, and what came out", async () => {
    const simulator = await printed(CUSTOM_VKP80, [{ type: "text", text: "uno" }]);
    expect(simulator.pictures().map(({ name }) => name)).toEqual(["in the mouth"]);
    simulator.takeTicket();
    expect(simulator.pictures().map(({ name }) => name)).toEqual(["ticket 1 (taken)"]);
  });
});

describe("the operator's side", () => {
  test("every action runs with its initial parameters, or says why not", async () => {
    const { simulator, act } = await createMemoryBench("custom-vkp80", 38_400);
    for (const [name, { parameters = {} }] of Object.entries(simulator.actions)) {
      const initial = Object.fromEntries(
        Object.entries(parameters).map(([key, { initial: value, choices }]) => [key, value ?? choices?.[0] ?? null]),
      );
      if (name === "takeTicket") expect(() => act(name, initial)).toThrow("no ticket");
      else act(name, initial);
    }
    expect(JSON.parse(JSON.stringify(simulator.state.value))).toEqual(simulator.state.value);
    expect(() => act("fault", { fault: "nonsense" })).toThrow("must be one of");
    await simulator.stop();
  });

  test("an unknown model is refused", () => {
    expect(() => createReceiptPrinterSimulator({ id: "p", model: "x", path: "", clock: new SimulatedClock() })).toThrow(
      RangeError,
    );
  });
});
