import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { silentLogger } from "../../../base/log.ts";
import { createIssuer } from "../../../simulators/chip-card/issuer.ts";
import { NOW } from "../../../tests/support/chip-card.ts";
import { createDevices } from "../devices.ts";
import { pcscReader, trustOf } from "./chip-card-reader.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trust-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const surroundings = { clock: new SimulatedClock(NOW), log: silentLogger, random: Math.random };
const create = (trust?: string) =>
  createDevices(
    [{ id: "chip", kind: "chip-card-reader", model: "pcsc", port: "*", ...(trust === undefined ? {} : { trust }) }],
    { "chip-card-reader": { pcsc: pcscReader } },
    surroundings,
  );

describe("the folder of trusted authorities", () => {
  test("is read, and whatever is no certificate of an authority does not count", async () => {
    const { csca } = await createIssuer("CL", NOW);
    writeFileSync(join(folder, "cl.cer"), csca);
    expect(trustOf("chip", folder)).toMatchObject({ ok: true, value: { size: 1 } });
    const created = create(folder);
    expect(created.ok && created.value["chip-card-reader"][0]?.status.value.conditions.map(({ code }) => code)).toEqual(
      ["service-absent"],
    );
  });

  test.each([
    ["that is not there", "nowhere", /chip: trust: .*ENOENT.*nowhere/],
    ["that is empty", "", /chip: trust: .*no certificate of a country signing authority/],
  ])("%s is an error that names device and place", (_name, path, message) => {
    expect(create(join(folder, path))).toMatchObject({
      ok: false,
      error: [{ code: "runtime.trust-unusable", message: expect.stringMatching(message) }],
    });
  });

  test("with a file that is no certificate is an error that names the file", () => {
    mkdirSync(join(folder, "in"));
    writeFileSync(join(folder, "in", "README"), "put certificates here");
    expect(create(join(folder, "in"))).toMatchObject({
      error: [{ message: expect.stringMatching(/README: neither PEM, nor a certificate, nor a master list/) }],
    });
  });

  test("that is not configured leaves a reader that says that it can prove nothing", () => {
    const created = create();
    const [reader] = created.ok ? created.value["chip-card-reader"] : [];
    expect(reader?.status.value).toMatchObject({ link: "absent", readiness: "unavailable" });
    expect(reader?.status.value.conditions.map(({ code }) => code)).toEqual(["service-absent", "no-trust"]);
  });
});
