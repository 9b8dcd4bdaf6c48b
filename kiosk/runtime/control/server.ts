import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { z } from "zod";
import type { Clock, Timer } from "../../../base/clock.ts";
import {
  type DeviceTestResult,
  deviceResetRequestSchema,
  deviceTestRequestSchema,
  type JourneyPage,
  modeRequestSchema,
  packageRequestSchema,
  type RuntimeStatus,
  type ServicesRequest,
  servicesRequestSchema,
} from "../../../base/contracts/runtime-control.ts";
import { withDeadline } from "../../../base/deadline.ts";
import { parseJson } from "../../../base/json.ts";
import type { Observable } from "../../../base/observable.ts";
import { type CodedError, coded } from "../../../base/registry/coded-error.ts";
import { ok, type Result } from "../../../base/result.ts";
import { listenAt } from "../unix-socket.ts";

/** What the control interface does; the runtime puts it in. */
export type Control = {
  readonly status: Observable<Omit<RuntimeStatus, "memory">>;
  setMode(mode: RuntimeStatus["mode"]): void;
  /** Undefined when there is no such device. */
  testDevice(
    device: string,
    test: "self-test" | "test-print",
    signal: AbortSignal,
  ): Promise<DeviceTestResult | undefined>;
  /** Undefined when there is no such device. */
  resetDevice(device: string, signal: AbortSignal): Promise<DeviceTestResult | undefined>;
  loadServices(request: ServicesRequest): Promise<Result<void, CodedError>>;
  installPackage(file: string): Promise<Result<void, CodedError>>;
  /** `undefined` while the journal on the disk cannot be opened. */
  journeys(after: number, limit: number): JourneyPage | undefined;
};

export type ControlServerOptions = {
  readonly control: Control;
  /** Unix socket; its directory decides who may enter it. */
  readonly path: string;
  readonly clock: Clock;
};

const MAX_BODY = 65_536;
/** A line at least this often tells whoever watches that the runtime lives, milliseconds. */
const WATCH_EVERY = 15_000;
/** A printer that waits for its paper to be taken is the slowest test, milliseconds. */
const TEST_WITHIN = 60_000;
const MAX_JOURNEYS = 1_000;

/** The watcher reads slower than the runtime changes: it gets the latest when it can, and memory stays bounded. */
const WATCH_BUFFER = 1_048_576;

/** Serves `base/contracts/runtime-control.ts` on a unix socket that its owner and group may use (0660). */
export async function startControlServer(
  options: ControlServerOptions,
): Promise<Result<{ readonly stop: () => Promise<void> }, CodedError<"runtime.port-refused">>> {
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 }, (request, response) => {
    void answer(request, response, options);
  });
  const listening = await listenAt(server, options.path, 0o660);
  if (!listening.ok) return listening;
  return ok({
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: ControlServerOptions,
): Promise<void> {
  const { control, clock } = options;
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://runtime");
  const send = (status: number, body: unknown) => {
    if (response.writableEnded || response.destroyed) return;
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const refuse = (status: number, { code, message }: CodedError) => send(status, { code, message });
  const body = async <T>(schema: z.ZodType<T>): Promise<T | undefined> => {
    const parsed = schema.safeParse(parseJson((await readBody(request)) ?? ""));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    refuse(400, coded("common.bad-input", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no JSON"}`));
    return undefined;
  };
  const [, device, what] = /^\/v1\/devices\/([^/]+)\/(test|reset)$/.exec(pathname) ?? [];

  if (request.method === "GET" && pathname === "/v1/status") return send(200, withMemory(control.status.value));
  if (request.method === "GET" && pathname === "/v1/watch") return watch(response, options);
  if (request.method === "GET" && pathname === "/v1/journeys") {
    const after = Number(searchParams.get("after") ?? "0");
    const limit = Number(searchParams.get("limit") ?? String(MAX_JOURNEYS));
    if (!Number.isSafeInteger(after) || after < 0 || !(limit >= 1 && limit <= MAX_JOURNEYS))
      return refuse(400, coded("common.bad-input", `after and limit are numbers; limit is 1 to ${MAX_JOURNEYS}`));
    const page = control.journeys(after, limit);
    return page === undefined ? refuse(503, coded("runtime.journal-disk")) : send(200, page);
  }
  if (request.method !== "POST") return refuse(404, coded("runtime.control-address", pathname));
  if (pathname === "/v1/mode") {
    const wanted = await body(modeRequestSchema);
    if (wanted === undefined) return;
    control.setMode(wanted.mode);
    return send(200, withMemory(control.status.value));
  }
  if (pathname === "/v1/services") {
    const wanted = await body(servicesRequestSchema);
    if (wanted === undefined) return;
    const loaded = await control.loadServices(wanted);
    return loaded.ok ? send(200, withMemory(control.status.value)) : refuse(422, loaded.error);
  }
  if (pathname === "/v1/packages") {
    const wanted = await body(packageRequestSchema);
    if (wanted === undefined) return;
    const installed = await control.installPackage(wanted.file);
    return installed.ok ? send(200, withMemory(control.status.value)) : refuse(422, installed.error);
  }
  if (device === undefined) return refuse(404, coded("runtime.control-address", pathname));
  const wanted = what === "test" ? await body(deviceTestRequestSchema) : await body(deviceResetRequestSchema);
  if (wanted === undefined) return;
  if (control.status.value.serving) return refuse(409, coded("runtime.serving", device));
  const result = await withDeadline<DeviceTestResult | undefined, CodedError>(
    clock,
    TEST_WITHIN,
    undefined,
    `${what} of ${device}`,
    async (signal) =>
      ok(
        "test" in wanted
          ? await control.testDevice(decodeURIComponent(device), wanted.test, signal)
          : await control.resetDevice(decodeURIComponent(device), signal),
      ),
  );
  if (!result.ok) return refuse(504, result.error);
  if (result.value === undefined) return refuse(404, coded("runtime.control-address", `no device ${device}`));
  send(200, result.value);
}

/** A line of status at once, after each change, and at intervals. */
function watch(response: ServerResponse, { control, clock }: ControlServerOptions): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  let timer: Timer | undefined;
  const write = () => {
    timer?.cancel();
    timer = clock.setTimeout(write, WATCH_EVERY);
    if (response.writableLength > WATCH_BUFFER) response.destroy();
    else response.write(`${JSON.stringify(withMemory(control.status.value))}\n`);
  };
  const unsubscribe = control.status.subscribe(write);
  response.on("close", () => {
    unsubscribe();
    timer?.cancel();
  });
  response.on("error", () => response.destroy());
  write();
}

function withMemory(status: Omit<RuntimeStatus, "memory">): RuntimeStatus {
  return { ...status, memory: process.memoryUsage.rss() };
}

/** The whole body as text; undefined when it is longer than any request of the contract, or was cut off. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MAX_BODY) return undefined;
      chunks.push(chunk);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}
