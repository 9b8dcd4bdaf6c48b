import fc from "fast-check";
import { expect, test } from "vitest";
import { SimulatedClock } from "../../../base/clock.ts";
import { coded } from "../../../base/registry/coded-error.ts";
import { err, ok } from "../../../base/result.ts";
import { MemoryWire } from "../../../simulators/wire/memory.ts";
import type { ByteChannel, OpenChannel } from "../byte-channel.ts";
import { parseTrace, type Trace, type TraceHeader } from "./format.ts";
import { TraceRecorder } from "./recorder.ts";
import { HIDE_ALL, type Redaction, SHOW_ALL } from "./redaction.ts";
import { TraceReplay } from "./replay.ts";

const HEADER: TraceHeader = {
  ...{ trace: 1, kind: "keypad", model: "m", content: "raw", startedAt: 0, seed: 0 },
};
const NEVER = new AbortController().signal;

/** A recording of a device on a wire in memory, in simulated time. */
function recording(options: { limit?: number; redaction?: Redaction; content?: TraceHeader["content"] } = {}) {
  const clock = new SimulatedClock();
  const wire = new MemoryWire();
  const lines: string[] = [];
  const { limit, redaction = SHOW_ALL, content = "raw" } = options;
  const recorder = new TraceRecorder({
    ...{ header: { ...HEADER, content }, clock, redaction, write: (line) => void lines.push(line) },
    ...(limit === undefined ? {} : { limit }),
  });
  return { clock, wire, lines, recorder, open: recorder.wrap(wire.open), trace: () => read(lines.join("")) };
}

function read(text: string): Trace {
  const trace = parseTrace(text);
  if (!trace.ok) throw new Error(trace.error.message);
  return trace.value;
}

async function opened(open: OpenChannel): Promise<ByteChannel> {
  const channel = await open(NEVER);
  if (!channel.ok) throw new Error(channel.error.message);
  return channel.value;
}

/** Collects what a channel receives. */
function listen(channel: ByteChannel): number[] {
  const heard: number[] = [];
  channel.onBytes((bytes) => heard.push(...bytes));
  return heard;
}

/** Answers each byte by its double, 40 ms later. */
async function doubling(bench: ReturnType<typeof recording>, questions: readonly Uint8Array[]): Promise<number[]> {
  const { clock, wire, open } = bench;
  wire.onBytes((bytes) => void clock.setTimeout(() => void wire.write(bytes.map((byte) => byte * 2)), 40));
  return await ask(clock, open, questions);
}

async function ask(clock: SimulatedClock, open: OpenChannel, questions: readonly Uint8Array[]): Promise<number[]> {
  const channel = await opened(open);
  const heard = listen(channel);
  for (const question of questions) {
    await channel.write(question);
    await clock.advance(100);
  }
  await channel.close();
  await clock.advance(0);
  return heard;
}

const questions = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 6 });

test("whatever is said, a replayed device answers what the recorded one did", async () => {
  await fc.assert(
    fc.asyncProperty(questions, async (asked) => {
      const bench = recording();
      const heard = await doubling(bench, asked);
      const clock = new SimulatedClock();
      const replay = new TraceReplay(bench.trace(), { clock, redaction: HIDE_ALL });
      expect(await ask(clock, replay.open, asked)).toEqual(heard);
      expect(replay.end()).toEqual(ok());
      expect(clock.pending).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("whatever the recorded bytes and wherever another is sent, the difference is at that byte", async () => {
  await fc.assert(
    fc.asyncProperty(questions, fc.nat(), async (asked, where) => {
      const bench = recording();
      await doubling(bench, asked);
      const all = asked.flatMap((question) => [...question]);
      const at = where % all.length;
      const clock = new SimulatedClock();
      const replay = new TraceReplay(bench.trace(), { clock, redaction: SHOW_ALL });
      const channel = await opened(replay.open);
      const other = Uint8Array.from(all, (byte, index) => (index === at ? byte ^ 1 : byte));
      const before = replay.differed;
      expect(await channel.write(other)).toMatchObject({ ok: false, error: { code: "link.lost" } });
      expect(await before).toMatchObject({
        code: "trace.differs",
        message: expect.stringContaining(`byte ${at + 1} of all that the driver sends`),
      });
      expect(replay.end()).toMatchObject({ ok: false, error: { code: "trace.differs" } });
    }),
    { numRuns: 50 },
  );
});

test("what the recorded driver sent and this one did not is a difference, and so is more than was recorded", async () => {
  const bench = recording();
  await doubling(bench, [Uint8Array.of(1, 2, 3)]);
  const clock = new SimulatedClock();
  const short = new TraceReplay(bench.trace(), { clock, redaction: SHOW_ALL });
  await (await opened(short.open)).write(Uint8Array.of(1));
  expect(short.end()).toMatchObject({ error: { message: expect.stringContaining("2 recorded bytes were not sent") } });
  const unopened = new TraceReplay(bench.trace(), { clock, redaction: SHOW_ALL });
  expect(unopened.end()).toMatchObject({ error: { message: expect.stringContaining("3 recorded bytes") } });
  const long = new TraceReplay(bench.trace(), { clock, redaction: SHOW_ALL });
  await (await opened(long.open)).write(Uint8Array.of(1, 2, 3, 4));
  expect(long.end()).toMatchObject({
    error: { message: expect.stringContaining("nothing more was recorded, sent 04") },
  });
});

test("the device says nothing before it was asked and nothing before its time", async () => {
  const bench = recording();
  await doubling(bench, [Uint8Array.of(1)]);
  const clock = new SimulatedClock();
  const replay = new TraceReplay(bench.trace(), { clock, redaction: SHOW_ALL });
  const channel = await opened(replay.open);
  const heard = listen(channel);
  await clock.advance(1_000);
  expect(heard).toEqual([]);
  await channel.write(Uint8Array.of(1));
  expect(heard).toEqual([2]);

  const early = new TraceReplay(bench.trace(), { clock, redaction: SHOW_ALL });
  const prompt = await opened(early.open);
  const later = listen(prompt);
  await prompt.write(Uint8Array.of(1));
  await clock.advance(39);
  expect(later).toEqual([]);
  await clock.advance(1);
  expect(later).toEqual([2]);
});

test("a device that was pulled out, stayed away and came back does so again", async () => {
  const { clock, wire, open, trace, lines } = recording();
  const first = await opened(open);
  await clock.advance(500);
  wire.unplug();
  expect(await first.closed).toBe("unplugged");
  for (let attempt = 0; attempt < 10; attempt++) {
    expect(await open(NEVER)).toMatchObject({ ok: false, error: { code: "link.absent" } });
    await clock.advance(100);
  }
  wire.plug();
  await (await opened(open)).close();
  await clock.advance(0);
  expect(lines.filter((line) => line.includes("refused"))).toHaveLength(1);

  const replay = new TraceReplay(trace(), { clock, redaction: SHOW_ALL });
  const again = await opened(replay.open);
  let closed: string | undefined;
  void again.closed.then((cause) => {
    closed = cause;
  });
  await clock.advance(499);
  expect(closed).toBeUndefined();
  await clock.advance(1);
  expect(closed).toBe("as recorded");
  expect(await again.write(Uint8Array.of(1))).toMatchObject({ ok: false, error: { code: "link.lost" } });
  await clock.advance(999);
  expect(await replay.open(NEVER)).toMatchObject({ ok: false, error: { code: "link.absent" } });
  await clock.advance(1);
  expect((await replay.open(NEVER)).ok).toBe(true);
  expect(await replay.open(NEVER)).toMatchObject({
    error: { message: expect.stringContaining("the trace has ended") },
  });
});

test("a write ends when the recorded line had taken it, and fails where it failed", async () => {
  const clock = new SimulatedClock();
  const lines: string[] = [];
  const options = { header: HEADER, clock, redaction: SHOW_ALL, write: (line: string) => void lines.push(line) };
  let writes = 0;
  const slow: OpenChannel = async () =>
    ok({
      write: async () => {
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 70));
        return writes++ === 0 ? ok() : err(coded("link.write-failed"));
      },
      onBytes: () => {},
      closed: Promise.withResolvers<string>().promise,
      close: async () => {},
    });
  const send = async (open: OpenChannel) => {
    const channel = await opened(open);
    const ended: unknown[] = [];
    for (const byte of [1, 2]) {
      void channel.write(Uint8Array.of(byte)).then(({ ok }) => ended.push(ok));
      await clock.advance(69);
      ended.push("waits");
      await clock.advance(1);
    }
    return ended;
  };
  const live = await send(new TraceRecorder(options).wrap(slow));
  expect(live).toEqual(["waits", true, "waits", false]);
  const replay = new TraceReplay(read(lines.join("")), { clock, redaction: SHOW_ALL });
  expect(await send(replay.open)).toEqual(live);
});

test("a masked trace holds no byte that its rule hides, and the driver's own bytes are masked before they are compared", async () => {
  const bench = recording({ redaction: HIDE_ALL, content: "masked" });
  await doubling(bench, [Uint8Array.of(7, 9)]);
  expect(bench.lines.join("")).toContain('"hex":"0000"');
  expect(bench.lines.join("")).not.toMatch(/"hex":"(?!0000)/);
  const clock = new SimulatedClock();
  const replay = new TraceReplay(bench.trace(), { clock, redaction: HIDE_ALL });
  expect(await ask(clock, replay.open, [Uint8Array.of(8, 8)])).toEqual([0, 0]);
  expect(replay.end()).toEqual(ok());
});

test("the file stays below its limit and says that it is full; the device is served all the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 300, max: 2_000 }), async (limit) => {
      const bench = recording({ limit });
      const asked = Array.from({ length: 40 }, () => Uint8Array.of(1, 2, 3));
      expect(await doubling(bench, asked)).toHaveLength(120);
      expect(bench.recorder.state).toBe("full");
      expect(bench.lines.join("").length).toBeLessThanOrEqual(limit);
      expect(bench.trace().events.at(-1)).toMatchObject({ event: { event: "full" } });
      const replay = new TraceReplay(bench.trace(), { clock: bench.clock, redaction: SHOW_ALL });
      await ask(bench.clock, replay.open, asked);
      expect(replay.end()).toMatchObject({ error: { message: expect.stringContaining("the trace was full here") } });
    }),
    { numRuns: 10 },
  );
});

test("a disk that is full ends the recording and not the command", async () => {
  const { clock, wire } = recording();
  const write = () => {
    throw new Error("ENOSPC");
  };
  const recorder = new TraceRecorder({ header: HEADER, clock, redaction: SHOW_ALL, write });
  const channel = await opened(recorder.wrap(wire.open));
  expect(await channel.write(Uint8Array.of(1))).toEqual(ok());
  expect(recorder.state).toBe("failed");
});

test.each([
  ["", "line 1"],
  ["{}\n", "line 1"],
  [`${JSON.stringify({ ...HEADER, trace: 2 })}\n`, "line 1"],
  [`${JSON.stringify(HEADER)}\n{"at":1,"event":"out","hex":"0"}\n`, "line 2"],
  [`${JSON.stringify(HEADER)}\n{"at":1,"event":"open"}\nnonsense\n`, "line 3"],
])("what is no trace is refused by its line: %j", (text, line) => {
  expect(parseTrace(text)).toMatchObject({
    ok: false,
    error: { code: "trace.unreadable", message: expect.stringContaining(line) },
  });
});

test("the half line that a killed program leaves is passed over", () => {
  const text = `${JSON.stringify(HEADER)}\n{"at":1,"event":"open"}\n{"at":2,"ev`;
  expect(read(text).events).toEqual([{ line: 2, event: { at: 1, event: "open" } }]);
});
