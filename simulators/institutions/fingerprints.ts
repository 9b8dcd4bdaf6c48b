import { z } from "zod";
import { syntheticTemplate } from "../fingerprint-reader/templates.ts";
import { parse } from "./fonasa-bono.ts";
import { type Exchange, type InstitutionOptions, InstitutionServer, json, type Reply } from "./institution-server.ts";
import { findPerson } from "./registry.ts";

export const FINGERPRINTS_TOKEN = "fingerprints-demo";

const comparison = z.strictObject({
  run: z.string(),
  position: z.number().int().min(1).max(10),
  format: z.literal("iso-19794-2"),
  template: z.base64(),
});

/** Who compares fingers. An assumed contract of our own; the registered people's fingers are those of the simulated sensor. */
export class Fingerprints extends InstitutionServer {
  constructor(options: InstitutionOptions) {
    super(
      {
        id: "fingerprints",
        model: "Fingerprint comparison (assumed contract)",
        faults: ["down", "slow", "error-500", "html", "malformed", "drop-answer"],
        probe: (exchange) => exchange.path === "/v1/status",
        handle: compare,
      },
      options,
    );
  }
}

function compare({ method, path, headers, body }: Exchange): Reply {
  if (headers.authorization !== `Bearer ${FINGERPRINTS_TOKEN}`) return json(401, { error: "unauthorised" });
  if (method === "GET" && path === "/v1/status") return json(200, { status: "up" });
  if (method !== "POST" || path !== "/v1/comparisons") return json(404, { error: "not-found" });
  const read = comparison.safeParse(parse(body));
  if (!read.success) return json(400, { error: "bad-request" });
  const { run, template } = read.data;
  if (findPerson(run) === undefined) return json(200, { decision: "not-enrolled" });
  const hit = Buffer.from(template, "base64").equals(syntheticTemplate(run));
  return json(200, { decision: hit ? "hit" : "no-hit" });
}
