import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { driver, endAll, hesitate, Peer } from "./rig.ts";

let peer: Peer;
beforeEach(() => {
  peer = new Peer();
});
afterEach(() => {
  endAll();
  peer.wire.unplug();
});

const read = (...options: string[]) =>
  driver(["code-reader", "read", "--port", peer.wire.path, "--timeout", "15", ...options]);
const scan = (text: string) => peer.send(Buffer.from(text, "latin1"));

/** A synthetic card of 1969, valid until 2035; check digits worked out by hand. */
const MRZ = "B1C234567969022873502284";
const OLD = `https://portal.sidiv.registrocivil.cl/docstatus?RUN=12345678-5&type=CEDULA&serial=B1C234567&mrz=${MRZ}`;
const CEDULA = {
  kind: "cedula",
  run: "12345678-5",
  documentNumber: "B1C234567",
  birthDate: "1969-02-28",
  expiryDate: "2035-02-28",
  expired: false,
};

describe("a serial scanner of somebody else's", () => {
  test("a code whose bytes trickle in while the port is being opened loses none of them", async () => {
    const cli = read();
    for (const character of `${OLD}\r`) {
      await scan(character);
      await hesitate(8);
    }
    expect(await cli.ended).toMatchObject({ status: 0, outcome: { outcome: "ok", result: CEDULA } });
    expect(peer.received).toBe("");
  });

  test.each([
    [
      "the new address, other order and case",
      `https://portal.nuevosidiv.registrocivil.cl/document-validity?MRZ=${MRZ}&name=JOS%C9+MU%D1OZ&Serial=b1c234567&TYPE=cedula&run=12.345.678-5\r\n`,
      { ...CEDULA, name: "JOSÉ MUÑOZ" },
    ],
    ["framed in STX and ETX", `\x02${OLD}\x03\r`, CEDULA],
    [
      "after garbage, and before another code",
      `\x00\xff\x80\r${OLD}\n${OLD.replace("12345678-5", "11111111-1")}\n`,
      CEDULA,
    ],
    ["a look-alike host is a web address", `${OLD.replace(".cl/", ".cl.example.com/")}\r`, { kind: "url" }],
    [
      "a damaged keyboard layout is text",
      "httpsÑ--portal.sidiv.registrocivil.cl-docstatus_RUN¿12345678'5\r",
      { kind: "text" },
    ],
    [
      "a machine-readable zone in three lines",
      "INCHLB1C2345679<<<<<<<<<<<<<<<\r6902287M3502284CHL12345678<5<9\rPEREZ<SOTO<<JUAN<ANDRES<<<<<<<\r",
      { kind: "mrz" },
    ],
  ])("%s", async (_name, bytes, result) => {
    const cli = read();
    await scan(bytes);
    expect(await cli.ended).toMatchObject({ status: 0, outcome: { outcome: "ok", result } });
  });

  test("a wrong check digit is an error with its code, exit status 1", async () => {
    const cli = read();
    await scan(`${OLD.replace("B1C2345679", "B1C2345678")}\r`);
    expect(await cli.ended).toMatchObject({
      status: 1,
      outcome: { outcome: "error", error: { code: "code-reader.cedula-mrz-check" } },
    });
  });

  test("the cable is pulled in the middle of a code", async () => {
    const cli = read();
    await scan(OLD.slice(0, 40));
    await expect.poll(() => cli.connected(), { timeout: 15_000 }).toBe(true);
    peer.wire.unplug();
    expect(await cli.ended).toMatchObject({ status: 1, outcome: { outcome: "error", error: { code: "link.lost" } } });
  });
});
