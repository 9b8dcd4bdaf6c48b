import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify";
import { z } from "zod";
import type { DeviceDescription, Json, SimulatedDevice } from "./operator.ts";

export type OperatorServerOptions = {
  readonly devices: readonly SimulatedDevice[];
  /** 0 lets the system choose. */
  readonly port: number;
  /** Folder of the built dock page; without it only the API is served. */
  readonly page?: string;
  /** Addresses that the dock shows as links, by name. */
  readonly links?: Readonly<Record<string, string>>;
};

export type OperatorServer = { readonly url: string; close(): Promise<void> };

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
};

const parametersSchema = z.record(z.string(), z.json());

/**
 * The operator's API over the simulated devices, on loopback: what the dock, scripts and tests use as their hands.
 *
 * - `GET /api/devices` lists devices with state, actions and pictures;
 * - `POST /api/devices/<id>/actions/<name>` does one thing (JSON body: its parameters);
 * - `GET /api/devices/<id>/pictures/<name>` is a PNG;
 * - `GET /api/devices/<id>/texts` lists name and words of the pictures that have words;
 * - `GET /api/events` streams every device, at once and at each change, as server-sent events.
 */
export async function startOperatorServer(options: OperatorServerOptions): Promise<OperatorServer> {
  const app = Fastify({ forceCloseConnections: true });
  const byId = new Map(options.devices.map((device) => [device.id, device]));
  app.removeContentTypeParser("text/plain");
  // Another page in the same browser must not act as the operator: neither through a name that resolves to loopback nor
  // by a request that needs no permission of ours.
  app.addHook("onRequest", async (request, reply) => {
    const { host = "", origin } = request.headers;
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) await refuse(reply, 403, "The host must be loopback.");
    else if (origin !== undefined && origin !== `http://${host}`)
      await refuse(reply, 403, "The origin must be this server.");
  });

  app.get("/api/devices", () => options.devices.map(describe));
  app.get("/api/links", () => options.links ?? {});

  app.post<{ Params: { id: string; name: string } }>("/api/devices/:id/actions/:name", async (request, reply) => {
    const device = byId.get(request.params.id);
    if (device === undefined)
      return refuse(reply, 404, `There is no device ${request.params.id}; there are: ${[...byId.keys()].join(", ")}.`);
    const action = Object.hasOwn(device.actions, request.params.name) ? device.actions[request.params.name] : undefined;
    if (action === undefined)
      return refuse(
        reply,
        404,
        `${device.id} has no action ${request.params.name}; it has: ${Object.keys(device.actions).join(", ")}.`,
      );
    const parameters = parametersSchema.safeParse(request.body ?? {});
    if (!parameters.success) return refuse(reply, 400, "The body must be a JSON object with the action's parameters.");
    try {
      await action.run(parameters.data as Record<string, Json>);
    } catch (error) {
      return refuse(reply, 400, error instanceof Error ? error.message : String(error));
    }
    return reply.code(204).send();
  });

  app.get<{ Params: { id: string; name: string } }>("/api/devices/:id/pictures/:name", async (request, reply) => {
    const picture = byId
      .get(request.params.id)
      ?.pictures?.()
      .find(({ name }) => name === request.params.name);
    if (picture === undefined) return refuse(reply, 404, "There is no such picture.");
    return reply
      .type("image/png")
      .header("cache-control", "no-store")
      .send(Buffer.from(await picture.png()));
  });

  app.get<{ Params: { id: string } }>("/api/devices/:id/texts", (request) =>
    (byId.get(request.params.id)?.pictures?.() ?? []).flatMap(({ name, text }) =>
      text === undefined ? [] : [{ name, text }],
    ),
  );

  app.get("/api/events", (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const send = (device: SimulatedDevice) => reply.raw.write(`data: ${JSON.stringify(describe(device))}\n\n`);
    const leave = options.devices.map((device) => {
      send(device);
      return device.state.subscribe(() => send(device));
    });
    request.raw.on("close", () => {
      for (const unsubscribe of leave) unsubscribe();
    });
  });

  if (options.page !== undefined) servePage(app, options.page);
  await app.listen({ host: "127.0.0.1", port: options.port });
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => app.close() };
}

function servePage(app: FastifyInstance, folder: string): void {
  app.get("/*", async (request, reply) => {
    const path =
      request.url.split("?")[0] === "/" ? "/index.html" : decodeURIComponent(request.url.split("?")[0] ?? "");
    const file = normalize(join(folder, path));
    const type = TYPES[extname(file)];
    if (!file.startsWith(folder + sep) || type === undefined) return refuse(reply, 404, "There is no such page.");
    try {
      return await reply.type(type).header("cache-control", "no-store").send(readFileSync(file));
    } catch {
      return refuse(reply, 404, "There is no such page.");
    }
  });
}

function describe(device: SimulatedDevice): DeviceDescription {
  const { problem, reach } = device;
  return {
    id: device.id,
    kind: device.kind,
    model: device.model,
    port: device.port,
    state: device.state.value,
    ...(problem === undefined ? {} : { problem }),
    ...(reach === undefined ? {} : { reach }),
    actions: Object.entries(device.actions).map(([name, { label, parameters }]) => ({
      name,
      label,
      parameters: parameters ?? {},
    })),
    pictures: (device.pictures?.() ?? []).map(({ name, version }) => ({ name, version })),
  };
}

function refuse(reply: FastifyReply, status: number, message: string) {
  return reply.code(status).send({ message });
}
