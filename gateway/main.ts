import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../base/log.ts";
import { createProcessLogger } from "../base/node/log.ts";
import { onStop } from "../base/node/stop.ts";
import { systemClock } from "../base/node/system-clock.ts";
import { ensureDevelopmentPki } from "../base/node/tls.ts";
import { type GatewayConfig, readGatewayConfig } from "./config.ts";
import { buildGateway, type GatewayTls } from "./gateway.ts";
import { Revocations } from "./revocation.ts";

/** Starts the gateway of `config`; resolves when it listens. */
export async function startGateway(
  config: GatewayConfig,
  log: Logger,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const tls = await readTls(config);
  const gateway = buildGateway({ config, tls, clock: systemClock, random: Math.random, log });
  try {
    return { url: await gateway.listen(), stop: () => gateway.stop() };
  } catch (problem) {
    await gateway.stop();
    throw problem;
  }
}

/** Where `startGateway` keeps the development certificates of `config`. */
export function developmentPkiDirectory(config: { readonly stateDirectory: string }): string {
  return join(config.stateDirectory, "pki");
}

async function readTls(config: GatewayConfig): Promise<GatewayTls> {
  if (config.tls !== undefined) {
    const { certificate, key, kioskCa, kioskCrl } = config.tls;
    const ca = readFileSync(kioskCa, "utf8");
    return {
      certificate: readFileSync(certificate, "utf8"),
      key: readFileSync(key, "utf8"),
      kioskCa: ca,
      revocations: kioskCrl === undefined ? undefined : await Revocations.open(kioskCrl, ca),
    };
  }
  const { server, ca } = await ensureDevelopmentPki({
    directory: developmentPkiDirectory(config),
    kiosks: config.developmentKiosks,
    clock: systemClock,
  });
  return { certificate: server.certificate, key: server.key, kioskCa: ca.certificate };
}

async function main(): Promise<void> {
  const log = createProcessLogger("gateway");
  const config = readGatewayConfig(process.env);
  if (!config.ok) {
    process.stderr.write(`${config.error.message}\n`);
    process.exitCode = 78;
    return;
  }
  const gateway = await startGateway(config.value, log).catch((problem: unknown) => {
    process.stderr.write(`The gateway cannot start: ${problem instanceof Error ? problem.message : String(problem)}\n`);
    process.exit(1);
  });
  process.stdout.write(`gateway ${gateway.url}\n`);
  log("process.started", { part: "gateway" });
  onStop((reason) => {
    void gateway.stop().then(() => {
      log("process.stopped", { part: "gateway", reason });
      process.exit(0);
    });
  });
}

if (import.meta.main) await main();
