import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { z } from "zod";
import type { Machine } from "../install/machine.ts";
import { readJsonFile } from "../json-file.ts";

/** Where the bench lies in the machine: outside of everything that is the kiosk's. */
export const BENCH = "/opt/ventanilla-bench";
/** The kiosk's name on the bench. */
export const BENCH_KIOSK = "vm-1";
/** Where this machine's loopback lies for the machine inside, and the fleet server's port there. */
export const BENCH_FLEET = "https://10.0.2.2:47201";
/** Where the simulated cables end. */
export const BENCH_DEVICES = "/run/ventanilla-bench/devices";

/** Packages with a native part or with data: they stay packages. */
const PACKAGES = ["better-sqlite3", "serialport", "@lydell/node-pty", "@napi-rs/canvas", "@fontsource/roboto"];
const dependenciesSchema = z.looseObject({
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});

const unit = (description: string, lines: readonly string[]) =>
  `[Unit]\nDescription=Ventanilla bench: ${description}\n${lines.join("\n")}\n`;

const UNITS: Readonly<Record<string, string>> = {
  "ventanilla-bench-agent.service": unit("does what the test asks", [
    "StartLimitIntervalSec=0",
    "[Service]",
    `ExecStart=/opt/ventanilla/node/bin/node --disable-warning=ExperimentalWarning ${BENCH}/agent.ts`,
    "Restart=always",
    "RestartSec=2",
    "[Install]",
    "WantedBy=multi-user.target",
  ]),
  "ventanilla-bench-simulators.service": unit("devices and institutions that are simulated", [
    "Before=ventanilla-runtime.service",
    "[Service]",
    // The simulated cables are pseudo terminals, which belong to who opens them.
    "User=ventanilla-runtime",
    // A real printer answers at once however busy the kiosk is.
    "CPUWeight=2000",
    "Nice=-15",
    "RuntimeDirectory=ventanilla-bench",
    `Environment=VENTANILLA_SIMULATED_DEVICES=${BENCH_DEVICES} VENTANILLA_INSTITUTIONS_FILE=/run/ventanilla-bench/institutions.json`,
    `ExecStart=/opt/ventanilla/node/bin/node ${BENCH}/simulators/main.js`,
    "Restart=on-failure",
    "[Install]",
    "WantedBy=multi-user.target",
  ]),
  "ventanilla-bench-gateway.service": unit("the gateway", [
    "After=ventanilla-bench-simulators.service",
    "[Service]",
    "User=ventanilla-runtime",
    "StateDirectory=ventanilla-bench",
    "Environment=VENTANILLA_GATEWAY_CONFIG=/run/ventanilla-bench/gateway.json",
    `ExecStartPre=/bin/sh -c 'until test -s /run/ventanilla-bench/institutions.json; do sleep 1; done; printf "{\\\\"stateDirectory\\\\":\\\\"/var/lib/ventanilla-bench\\\\",\\\\"developmentKiosks\\\\":[\\\\"${BENCH_KIOSK}\\\\"],\\\\"institutions\\\\":%%s}" "$$(cat /run/ventanilla-bench/institutions.json)" > /run/ventanilla-bench/gateway.json'`,
    `ExecStart=/opt/ventanilla/node/bin/node ${BENCH}/gateway/main.js`,
    "TimeoutStartSec=300",
    "Restart=on-failure",
    "RestartSec=3",
    "[Install]",
    "WantedBy=multi-user.target",
  ]),
};

/** Lays simulators, gateway and the test's agent into the machine. Nothing of it is in a package. */
export async function layDownBench(project: string, machine: Machine): Promise<void> {
  for (const part of ["simulators", "gateway"]) {
    const folder = machine.path(`${BENCH}/${part}`);
    await build({
      entryPoints: [join(project, part, "main.ts")],
      outfile: join(folder, "main.js"),
      bundle: true,
      platform: "node",
      target: "node24",
      format: "esm",
      external: PACKAGES,
      logLevel: "warning",
      banner: {
        js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
      },
    });
  }
  cpSync(join(project, "gateway", "connectors", "fonasa"), machine.path(`${BENCH}/gateway/fonasa`), {
    recursive: true,
  });
  for (const name of closure(join(project, "node_modules"), PACKAGES))
    cpSync(join(project, "node_modules", name), machine.path(`${BENCH}/node_modules/${name}`), { recursive: true });
  machine.write(`${BENCH}/package.json`, '{"private":true,"type":"module"}\n');
  machine.write(`${BENCH}/agent.ts`, readFileSync(join(import.meta.dirname, "guest-agent.ts"), "utf8"));
  for (const [name, content] of Object.entries(UNITS)) machine.write(`/etc/systemd/system/${name}`, content);
  machine.write("/etc/systemd/system/ventanilla-shell.service.d/bench.conf", SLOW_SHELL);
  machine.write("/etc/systemd/system/ventanilla-wizard.service.d/bench.conf", WIZARD_ON_PTYS);
}

export const BENCH_UNITS = Object.keys(UNITS);

/** A real port belongs to root, a pseudo terminal to whoever opened it: here the runtime's user. */
const WIZARD_ON_PTYS = "[Service]\nCapabilityBoundingSet=CAP_DAC_OVERRIDE\n";
/** A browser under emulation takes minutes to its first page. */
const SLOW_SHELL = "[Service]\nEnvironment=VENTANILLA_PAGE_WITHIN=240\n";

function closure(modules: string, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name) || !existsSync(join(modules, name))) return;
    found.add(name);
    const { dependencies, optionalDependencies } = readJsonFile(
      join(modules, name, "package.json"),
      dependenciesSchema,
    );
    for (const needed of [...Object.keys(dependencies), ...Object.keys(optionalDependencies)]) visit(needed);
  };
  names.forEach(visit);
  return found;
}
