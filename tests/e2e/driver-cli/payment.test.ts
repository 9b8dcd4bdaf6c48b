import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACK, driver, type Ended, endAll, frame, hesitate, NAK, Peer } from "./rig.ts";

let peer: Peer;
beforeEach(() => {
  peer = new Peer();
});
afterEach(() => {
  endAll();
  peer.wire.unplug();
});

/** `0200|1500|A1|0|1` with its check byte, worked out by hand. */
const SALE = "\x020200|1500|A1|0|1\x03t";
const ANSWER = "0210|00|597000000009|IM750001|A1|012345|1500|0042|000077|CR";
const APPROVED = {
  status: "approved",
  responseCode: "00",
  amount: 1500,
  ticket: "A1",
  authorizationCode: "012345",
  last4: "0042",
  operationNumber: "000077",
};

function sale(...options: string[]) {
  return driver([
    "payment-terminal",
    "sale",
    "--model",
    "transbank-autoservicio",
    "--port",
    peer.wire.path,
    "--amount",
    "1500",
    "--ticket",
    "A1",
    ...options,
  ]);
}

function expectApproved({ status, outcome }: Ended): void {
  expect(outcome).toMatchObject({ outcome: "ok", result: APPROVED });
  expect(status).toBe(0);
}

function expectUnknown({ status, outcome }: Ended): void {
  expect(outcome).toMatchObject({ outcome: "unknown", error: { code: "payment.in-doubt" } });
  expect(status).toBe(2);
}

const salesSent = () => peer.received.split("\x020200|").length - 1;

describe("a sale on somebody else's POS Autoservicio", () => {
  test("ACK and answer in one write", async () => {
    const cli = sale();
    await peer.take(SALE);
    await peer.send(ACK, frame(ANSWER));
    await peer.take("\x06");
    expectApproved(await cli.ended);
  });

  test("byte by byte, and the check byte five seconds later", async () => {
    const cli = sale();
    await peer.take(SALE);
    const bytes = Buffer.concat([ACK, frame(ANSWER)]);
    for (const byte of bytes.subarray(0, -1)) await peer.send(Buffer.from([byte]));
    await hesitate(5_000);
    await peer.send(bytes.subarray(-1));
    expectApproved(await cli.ended);
  });

  test("NAK, then it takes the same sale", async () => {
    const cli = sale();
    await peer.take(SALE);
    await peer.send(NAK);
    await peer.take(SALE);
    await peer.send(ACK, frame(ANSWER));
    expectApproved(await cli.ended);
  });

  test("three NAK: an error, nothing was charged", async () => {
    const cli = sale();
    for (let time = 0; time < 3; time++) {
      await peer.take(SALE);
      await peer.send(NAK);
    }
    const { status, outcome } = await cli.ended;
    expect(outcome).toMatchObject({ outcome: "error", error: { code: "payment.refused" } });
    expect([status, salesSent()]).toEqual([1, 3]);
  });

  test("two damaged answers are asked for again", async () => {
    const cli = sale();
    await peer.take(SALE);
    await peer.send(ACK, frame(ANSWER, 0x01));
    await peer.take("\x15");
    await peer.send(frame(ANSWER, 0x20));
    await peer.take("\x15");
    await peer.send(frame(ANSWER));
    await peer.take("\x06");
    expectApproved(await cli.ended);
  });

  test("status messages whose check byte is always wrong do not put the sale in doubt", async () => {
    const cli = sale();
    await peer.take(SALE);
    await peer.send(ACK);
    for (const reply of ["\x15", "\x15", "\x06"]) {
      await peer.send(frame("0900|78", 0x11));
      await peer.take(reply);
    }
    await peer.send(frame("0900|82", 0x11));
    await peer.take("\x06");
    await peer.send(frame(ANSWER, 0x11));
    await peer.take("\x15");
    await peer.send(frame(ANSWER));
    const ended = await cli.ended;
    expectApproved(ended);
    expect(ended.lines.slice(0, -1)).toMatchObject([{ event: { code: "78" } }, { event: { code: "82" } }]);
  });

  test.each([0x00, 0x02, 0x03, 0x06, 0x15])("an answer whose check byte is %i", async (check) => {
    const characters = [..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"];
    const answer = characters
      .flatMap((first) => characters.map((second) => ANSWER.replace("012345", `${first}${second}2345`)))
      .find((candidate) => frame(candidate).at(-1) === check);
    if (answer === undefined) throw new Error("no authorisation code gives this check byte");
    const cli = sale();
    await peer.take(SALE);
    await peer.send(ACK, frame("0900|78"), frame(answer));
    const { outcome } = await cli.ended;
    expect(outcome).toMatchObject({ outcome: "ok", result: { authorizationCode: answer.split("|")[5] } });
  });

  test("ACK, then nothing: unknown at --timeout, and never sent again", async () => {
    const cli = sale("--timeout", "2");
    await peer.take(SALE);
    await peer.send(ACK);
    expectUnknown(await cli.ended);
    expect(salesSent()).toBe(1);
  });

  test("no ACK, but it took the sale: the last sale tells, and nothing is sent again", async () => {
    const cli = sale("--ack-timeout", "300");
    await peer.take(SALE);
    await peer.take("\x020100\x03\x02");
    await peer.send(ACK);
    await peer.take("\x020250|0\x03H");
    await peer.send(ACK, frame(ANSWER));
    expectApproved(await cli.ended);
    expect(salesSent()).toBe(1);
  });

  test("no ACK, and the last sale is not this one: only then the sale is sent again", async () => {
    const cli = sale("--ack-timeout", "300");
    await peer.take(SALE);
    await peer.take("\x020100\x03\x02");
    await peer.send(ACK);
    await peer.take("\x020250|0\x03H");
    await peer.send(ACK, frame("0260|11"));
    await peer.take(SALE);
    await peer.send(ACK, frame(ANSWER));
    expectApproved(await cli.ended);
  });

  test("an answer with another amount is no certain end", async () => {
    const cli = sale("--timeout", "3");
    await peer.take(SALE);
    await peer.send(ACK, frame(ANSWER.replace("1500", "9999")));
    expectUnknown(await cli.ended);
    expect(salesSent()).toBe(1);
  });

  test("declined with nothing but its code", async () => {
    const cli = sale();
    await peer.take(SALE);
    await peer.send(ACK, frame("0210|07|||||"));
    const { status, outcome } = await cli.ended;
    expect(outcome).toMatchObject({
      outcome: "ok",
      result: { status: "declined", responseCode: "07", amount: 1500, ticket: "A1" },
    });
    expect(status).toBe(0);
  });

  test("a duplicate of an old answer that lay in the port is not taken for this one's", async () => {
    await peer.send(ACK, frame(ANSWER));
    const cli = sale();
    await peer.take(SALE);
    await peer.send(ACK, frame(ANSWER.replace("|00|", "|01|")));
    expect((await cli.ended).outcome).toMatchObject({ outcome: "ok", result: { status: "declined" } });
  });

  test.each(["before", "after"])("the cable is pulled %s the ACK: unknown, exit status 2", async (when) => {
    const cli = sale("--timeout", "3");
    await peer.take(SALE);
    if (when === "after") await peer.send(ACK);
    if (when === "after") await hesitate(100);
    peer.wire.unplug();
    expectUnknown(await cli.ended);
  });
});

describe("stopped in the middle of a sale: unknown, printed, exit status 2", () => {
  test.each([
    ["SIGINT", "group", "npm"],
    ["SIGINT", "leader", "npm"],
    ["SIGTERM", "leader", "npm"],
    ["SIGINT", "leader", "node"],
    ["SIGTERM", "group", "node"],
  ] as const)("%s to the %s, %s", async (signal, whom, how) => {
    const cli = driver(
      ["payment-terminal", "sale", "--port", peer.wire.path, "--amount", "1500", "--ticket", "A1"],
      how,
    );
    await peer.take(SALE);
    await peer.send(ACK);
    const pid = cli.child.pid ?? Number.NaN;
    process.kill(whom === "group" ? -pid : pid, signal);
    expectUnknown(await cli.ended);
  });
});

test("POS Integrado: last sale, refund and totals", async () => {
  const integrado = (...args: string[]) =>
    driver(["payment-terminal", ...args, "--model", "transbank-integrado", "--port", peer.wire.path]);
  const lastSale = integrado("last-sale");
  await peer.take("\x020250|\x03x");
  await peer.send(
    ACK,
    frame("0260|00|597000000009|IM750001|A1|012345|000001500|0|0|0042|000077|DB|00-00-00||P |23112026|101500|0|0"),
  );
  expect((await lastSale.ended).outcome).toMatchObject({ outcome: "ok", result: APPROVED });

  const refund = integrado("refund", "--operation", "000077");
  await peer.take("\x021200|000077|\x03");
  await peer.send(ACK, frame("1210|00|597000000009|IM750001|012345|000077"));
  expect((await refund.ended).outcome).toMatchObject({
    outcome: "ok",
    result: { status: "approved", responseCode: "00", operationNumber: "000077" },
  });

  const totals = integrado("totals");
  await peer.take("\x020700||\x03\x04");
  await peer.send(ACK, frame("0710|00|1|2000"));
  expect((await totals.ended).outcome).toMatchObject({ outcome: "ok", result: { count: 1, amount: 2000 } });
});

test.each([
  [["--amount", "abc", "--ticket", "A1"], 64],
  [["--amount", "1.5", "--ticket", "A1"], 64],
  [["--amount", "-1", "--ticket", "A1"], 64],
  [["--amount", "49", "--ticket", "A1"], 1],
  [["--amount", "1234567890", "--ticket", "A1"], 1],
  [["--amount", "1500", "--ticket", "A|1"], 1],
  [["--amount", "1500", "--ticket", "A23456789012345678901"], 1],
  [["--amount", "1500", "--ticket", "A1", "--ack-timeout", "abc"], 64],
  [["--amount", "1500", "--ticket", "A1", "--response-timeout", "abc"], 64],
])("%j: nothing is sent, exit status %i", async (args, expected) => {
  const { status } = await driver(["payment-terminal", "sale", "--port", peer.wire.path, ...args]).ended;
  expect(status).toBe(expected);
  expect(peer.received).toBe("");
});
