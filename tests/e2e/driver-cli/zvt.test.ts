import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { driver, type Ended, endAll, Peer } from "./rig.ts";

/*
 * Somebody else's ZVT terminal, written by hand from the public specification (PA00P015, PA00P016): APDUs in hexadecimal, frames put
 * together here. Nothing of our codecs.
 */

const bytes = (hex: string) => Buffer.from(hex.replace(/\s/g, ""), "hex");

const POSITIVE = "80 00 00";
const COMPLETION = "06 0f 00";
const INSERT_CARD = "04 ff 01 0a";
/** Result 00, 1500, receipt 0042, trace 000123, 23 November, 10:15:30, authorisation 012345, card ending in 0007. */
const APPROVED =
  "04 0f 3b 27 00 04 00 00 00 00 15 00 49 01 52 0b 00 01 23 0c 10 15 30 0d 11 23 29 52 50 00 01 22 f0 f8 ee ee ee ee ee ee 00 07 87 00 42 3b 30 31 32 33 34 35 00 00 8b f0 f5 56 49 53 41 00";
const ABORTED = "06 1e 01 6c";

/** `06 01`, amount 1500 in field 04, pesos in field 49. */
const SALE = "06010a04000000001500490152";

/** Password, config byte 3e, pesos; a container whose list of permitted commands has 06 D3. */
const REGISTRATION = "06000e0000003e0152060626040a0206d3";

function sale(model: string, port: string, ...options: string[]) {
  const command = ["payment-terminal", "sale", "--model", model, "--port", port, "--amount", "1500", "--ticket", "A1"];
  return driver([...command, ...options]);
}

function expectApproved({ status, outcome }: Ended): void {
  expect(outcome).toMatchObject({
    outcome: "ok",
    result: {
      status: "approved",
      responseCode: "00",
      amount: 1500,
      ticket: "A1",
      authorizationCode: "012345",
      last4: "0007",
      operationNumber: "0042",
      cardBrand: "VISA",
    },
  });
  expect(status).toBe(0);
}

afterEach(endAll);

describe("over TCP", () => {
  let server: Server;
  let socket: Socket | undefined;
  let received: string;
  let taken: number;

  beforeEach(async () => {
    received = "";
    taken = 0;
    server = createServer((caller) => {
      socket = caller;
      caller.setNoDelay(true);
      caller.on("error", () => {});
      caller.on("data", (data) => (received += data.toString("hex")));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    socket?.destroy();
    server.close();
  });

  const address = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const send = (...apdus: string[]) => void socket?.write(bytes(apdus.join("")));

  async function take(hex: string): Promise<void> {
    await expect.poll(() => received.slice(taken), { timeout: 20_000, interval: 5 }).toContain(hex);
    taken = received.indexOf(hex, taken) + hex.length;
  }

  async function registered(): Promise<void> {
    await take(REGISTRATION);
    send(POSITIVE, COMPLETION);
    await take("800000");
  }

  test("registration, authorisation, status, completion; each command of the terminal is answered", async () => {
    const cli = sale("zvt-tcp", address());
    await registered();
    await take(SALE);
    send(POSITIVE, INSERT_CARD);
    await take("800000");
    send(APPROVED);
    await take("800000");
    send(COMPLETION);
    await take("800000");
    const ended = await cli.ended;
    expectApproved(ended);
    expect(ended.lines[0]).toMatchObject({ type: "event", event: { prompt: "present-card", code: "0A" } });
  });

  test("byte by byte", async () => {
    const cli = sale("zvt-tcp", address());
    await registered();
    await take(SALE);
    for (const byte of bytes(POSITIVE + APPROVED)) socket?.write(Buffer.from([byte]));
    await take("800000");
    send(COMPLETION);
    expectApproved(await cli.ended);
  });

  test("goods that are not issued: 84 66 00, and the terminal's abort ends the sale as declined", async () => {
    const cli = sale("zvt-tcp", address(), "--goods", "not-issued");
    await registered();
    await take("0601");
    send(POSITIVE, APPROVED);
    await take("846600");
    send("04 0f 02 27 6c");
    await take("800000");
    send(ABORTED);
    await take("800000");
    const { status, outcome } = await cli.ended;
    expect(outcome).toMatchObject({ outcome: "ok", result: { status: "declined", goodsNotIssued: true } });
    expect(status).toBe(0);
  });

  test("an abort by the citizen is a declined sale", async () => {
    const cli = sale("zvt-tcp", address());
    await registered();
    await take(SALE);
    send(POSITIVE, ABORTED);
    const { outcome } = await cli.ended;
    expect(outcome).toMatchObject({ outcome: "ok", result: { status: "declined", responseCode: "6C" } });
  });

  test("84 83: an error, nothing was charged", async () => {
    const cli = sale("zvt-tcp", address());
    await registered();
    await take(SALE);
    send("84 83 00");
    const { status, outcome } = await cli.ended;
    expect(outcome).toMatchObject({ outcome: "error", error: { code: "payment.rejected" } });
    expect(status).toBe(1);
  });

  test("an answer, then nothing: unknown at --timeout, asked to break off, and never sent again", async () => {
    const cli = sale("zvt-tcp", address(), "--timeout", "2");
    await registered();
    await take(SALE);
    send(POSITIVE);
    await take("06b000");
    const { status, outcome } = await cli.ended;
    expect(outcome).toMatchObject({ outcome: "unknown", error: { code: "payment.in-doubt" } });
    expect([status, received.split(SALE).length - 1]).toEqual([2, 1]);
  });
});

describe("on a serial line", () => {
  let peer: Peer;
  beforeEach(() => {
    peer = new Peer();
  });
  afterEach(() => peer.wire.unplug());

  /** CRC of the data and 03, reflected polynomial 8408, from 0, bit by bit. */
  function check(data: Buffer): number {
    let crc = 0;
    for (const byte of [...data, 0x03])
      for (let bit = 0; bit < 8; bit++) {
        const out = (crc ^ (byte >> bit)) & 1;
        crc = (crc >> 1) ^ (out * 0x8408);
      }
    return crc;
  }

  function block(hex: string, damage = 0): Buffer {
    const data = bytes(hex);
    const doubled = Buffer.from(
      data.toString("hex").replace(/../g, (pair) => (pair === "10" ? "1010" : pair)),
      "hex",
    );
    const crc = check(data) ^ damage;
    return Buffer.concat([bytes("10 02"), doubled, bytes("10 03"), Buffer.from([crc & 0xff, crc >> 8])]);
  }

  const text = (data: Buffer) => data.toString("latin1");
  const ACK = bytes("06");
  const NAK = bytes("15");

  async function registered(): Promise<void> {
    await peer.take(text(block(REGISTRATION)));
    await peer.send(ACK, block(POSITIVE));
    await peer.take("\x06");
    await peer.send(block(COMPLETION));
    await peer.take(text(Buffer.concat([ACK, block(POSITIVE)])));
    await peer.send(ACK);
  }

  test("a NAK for the sale and a damaged status are repeated; 10:15 holds a DLE, which is doubled", async () => {
    const cli = sale("zvt-serial", peer.wire.path);
    await registered();
    await peer.take(text(block(SALE)));
    await peer.send(NAK);
    await peer.take(text(block(SALE)));
    await peer.send(ACK, block(POSITIVE));
    await peer.take("\x06");
    await peer.send(block(APPROVED, 0x40));
    await peer.take("\x15");
    await peer.send(block(APPROVED));
    await peer.take(text(Buffer.concat([ACK, block(POSITIVE)])));
    await peer.send(ACK, block(COMPLETION));
    await peer.take(text(Buffer.concat([ACK, block(POSITIVE)])));
    await peer.send(ACK);
    expectApproved(await cli.ended);
  });

  test("three NAK: an error, nothing was charged", async () => {
    const cli = sale("zvt-serial", peer.wire.path);
    await registered();
    for (let time = 0; time < 3; time++) {
      await peer.take(text(block(SALE)));
      await peer.send(NAK);
    }
    const { status, outcome } = await cli.ended;
    expect(outcome).toMatchObject({ outcome: "error", error: { code: "payment.refused" } });
    expect(status).toBe(1);
  });
});
