import { concat } from "../../../base/bytes/bytes.ts";
import { type Apdu, ApduStreamReader, encodeApdu, MAX_APDU_DATA } from "../../../drivers/framing/apdu-stream.ts";
import * as dle from "../../../drivers/framing/dle-stx-crc.ts";
import { LineFraming } from "../../../drivers/framing/line.ts";
import { encodeReportFrame, type ReportFrame, ReportFrames } from "../../../drivers/framing/report-frames.ts";
import * as stx from "../../../drivers/framing/stx-etx-lrc.ts";
import {
  encodeReply,
  encodeRequest,
  type Framed,
  type ModbusReply,
  type ModbusRequest,
  replyFrames,
  requestFrames,
} from "../../../drivers/io-board/modbus/frames.ts";
import type { Random } from "../../usb-lab/inside/random.ts";
import { between, demand, pick, randomBytes, type Target } from "../target.ts";
import { type Stream, streamTarget } from "./stream.ts";

const CONTROLS = [0x02, 0x03, 0x06, 0x10, 0x15];
/** Beyond the longest frame of a payment terminal, so that its limit is met. */
const BEYOND_FRAMES = 40_000;

/** Mostly short, now and then as long as may be. */
function length(random: Random, most: number): number {
  return random() < 0.99 ? between(random, 0, Math.min(120, most)) : between(random, most - 2, most);
}

const stxEtxLrc = streamTarget<stx.FramingItem>({
  name: "stx-etx-lrc",
  sources: ["drivers/framing/stx-etx-lrc.ts"],
  dictionary: CONTROLS,
  longest: BEYOND_FRAMES,
  make: () => {
    const reader = new stx.StxEtxLrcReader();
    return {
      push: (bytes) => reader.push(bytes),
      recover: () => void reader.abandon(),
      counts: () => ({ ...reader.counters }),
    };
  },
  frame: (random) => {
    const data = randomBytes(random, length(random, stx.MAX_FRAME_DATA)).filter(
      (byte) => byte !== stx.STX && byte !== stx.ETX,
    );
    return { bytes: stx.encodeFrame(data), item: { kind: "frame", data } };
  },
  // The check byte of a bad frame may be the start of the next.
  size: (item) => (item.kind === "frame" ? item.data.length + 3 : item.kind === "bad-frame" ? item.data.length + 2 : 1),
  again: (item) => (item.kind === "frame" ? stx.encodeFrame(item.data) : undefined),
  // One may be lost where rubbish before it ends in a sound frame whose check byte looks like its start.
  foundUnaided: 2,
});

const dleStxCrc = streamTarget<dle.DleFramingItem>({
  name: "dle-stx-crc",
  sources: ["drivers/framing/dle-stx-crc.ts"],
  dictionary: CONTROLS,
  longest: BEYOND_FRAMES,
  make: () => {
    const reader = new dle.DleFrameReader();
    return {
      push: (bytes) => reader.push(bytes),
      recover: () => void reader.abandon(),
      counts: () => ({ ...reader.counters }),
    };
  },
  frame: (random) => {
    const data = randomBytes(random, length(random, dle.MAX_FRAME_DATA)).map((byte) =>
      random() < 0.1 ? dle.DLE : byte,
    );
    return { bytes: dle.encodeDleFrame(data), item: { kind: "frame", data } };
  },
  size: (item) => ("data" in item ? item.data.length + 6 : 1),
  again: (item) => (item.kind === "frame" ? dle.encodeDleFrame(item.data) : undefined),
  foundUnaided: 2,
});

const MAX_LINE = 4_296;
const line = streamTarget<Uint8Array>({
  name: "line",
  sources: ["drivers/framing/line.ts"],
  dictionary: [0x0d, 0x0a],
  longest: 3 * MAX_LINE,
  make: () => {
    const framing = new LineFraming(MAX_LINE);
    return {
      push: (bytes) => framing.push(bytes),
      recover: () => void framing.discard(),
      counts: () => framing.counts,
    };
  },
  frame: (random) => {
    const item = randomBytes(random, 1 + length(random, MAX_LINE - 1)).filter((byte) => byte !== 0x0d && byte !== 0x0a);
    const text = item.length > 0 ? item : Uint8Array.of(0x41);
    return { bytes: concat([text, pick(random, TERMINATORS)]), item: text };
  },
  size: (item) => item.length + 1,
  again: (item) => concat([item, Uint8Array.of(0x0d)]),
  foundUnaided: 2,
});
const TERMINATORS = [Uint8Array.of(0x0d), Uint8Array.of(0x0a), Uint8Array.of(0x0d, 0x0a)];

const APDU_CONTROLS = [0x0600, 0x0601, 0x060f, 0x040f, 0x04ff, 0x8000, 0x8466, 0x0501, 0x0810];
const apduStream = streamTarget<Apdu>({
  name: "apdu-stream",
  sources: ["drivers/framing/apdu-stream.ts"],
  dictionary: [0x04, 0x05, 0x06, 0x08, 0x80, 0x84, 0xff, 0x0f, 0x3f, 0x40],
  longest: BEYOND_FRAMES,
  make: () => {
    const reader = new ApduStreamReader();
    return {
      push: (bytes) => reader.push(bytes),
      recover: () => {
        let times = 0;
        for (; reader.midApdu; times++) reader.resume();
        demand(times <= MAX_APDU_DATA + 5, `resumed ${times} times`);
      },
      counts: () => ({ ...reader.counters }),
    };
  },
  frame: (random) => {
    const item = { control: pick(random, APDU_CONTROLS), data: randomBytes(random, length(random, MAX_APDU_DATA)) };
    return { bytes: encodeApdu(item), item };
  },
  size: ({ data }) => data.length + 3,
  again: encodeApdu,
  // A stream without marks: only its owner's patience finds the way back.
  foundUnaided: 0,
});

/** Long enough for any frame that rubbish before them may claim to begin. */
const MODBUS_UNAIDED = 80;
const modbusReplies = streamTarget<Framed<ModbusReply>>({
  name: "modbus-replies",
  sources: ["drivers/io-board/modbus/frames.ts"],
  dictionary: [0x01, 0x02, 0x05, 0x81, 0x82, 0x85, 0xfa, 0xff],
  longest: 4_000,
  make: () => modbus(replyFrames()),
  frame: (random) => {
    const item: Framed<ModbusReply> = { unit: between(random, 0, 0xff), content: modbusReply(random) };
    return { bytes: encodeReply(item), item };
  },
  size: ({ content }) => (content.reply === "bits" ? content.bits.length / 8 + 5 : 5),
  again: encodeReply,
  foundUnaided: MODBUS_UNAIDED,
});

function modbusReply(random: Random): ModbusReply {
  const table = pick(random, ["coils", "inputs"] as const);
  switch (between(random, 0, 2)) {
    case 0:
      return { reply: "coil", coil: between(random, 0, 0xffff), on: random() < 0.5 };
    case 1:
      return { reply: "exception", to: pick(random, [1, 2, 5]), code: between(random, 0, 0xff) };
    default:
      return {
        reply: "bits",
        table,
        bits: Array.from({ length: 8 * between(random, 1, random() < 0.9 ? 4 : 250) }, () => random() < 0.5),
      };
  }
}

const modbusRequests = streamTarget<Framed<ModbusRequest>>({
  name: "modbus-requests",
  sources: ["drivers/io-board/modbus/frames.ts"],
  dictionary: [0x01, 0x02, 0x05, 0xff],
  longest: 4_000,
  make: () => modbus(requestFrames()),
  frame: (random) => {
    const [first, second] = [between(random, 0, 0xffff), between(random, 0, 0xffff)];
    const content: ModbusRequest =
      random() < 0.5
        ? { ask: "write-coil", coil: first, on: random() < 0.5 }
        : { ask: "read", table: pick(random, ["coils", "inputs"] as const), start: first, count: second };
    const item = { unit: between(random, 0, 0xff), content };
    return { bytes: encodeRequest(item), item };
  },
  size: () => 8,
  again: encodeRequest,
  foundUnaided: MODBUS_UNAIDED,
});

function modbus<T>(frames: {
  push(bytes: Uint8Array): readonly T[];
  discard(): void;
  readonly skipped: number;
}): Stream<T> {
  return {
    push: (bytes) => frames.push(bytes),
    recover: () => void frames.discard(),
    counts: () => frames.skipped,
  };
}

const REPORT_TYPES = ["input", "output", "feature", "hello"] as const;
const reportStream = streamTarget<ReportFrame>({
  name: "report-frames",
  sources: ["drivers/framing/report-frames.ts"],
  dictionary: [0, 1, 2, 3, 4, 0x10],
  longest: 20_000,
  make: () => {
    let frames = new ReportFrames();
    return {
      push: (bytes) => frames.push(bytes),
      // There is no way back into step: the connection is closed and made anew.
      recover: () => {
        frames = new ReportFrames();
      },
      counts: () => frames.broken,
    };
  },
  frame: (random) => {
    const item = { type: pick(random, REPORT_TYPES), report: randomBytes(random, length(random, 4_096)) };
    return { bytes: encodeReportFrame(item), item };
  },
  size: ({ report }) => report.length + 3,
  again: encodeReportFrame,
  foundUnaided: 0,
});

export const FRAMINGS: readonly Target[] = [
  stxEtxLrc,
  dleStxCrc,
  line,
  apduStream,
  modbusReplies,
  modbusRequests,
  reportStream,
];
