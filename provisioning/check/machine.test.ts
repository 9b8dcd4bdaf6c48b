import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { Root } from "../devices/root.ts";
import { MachineTree } from "../devices/testing.ts";
import { machineChecks } from "./machine.ts";
import { openPorts, openPortsCheck } from "./open-ports.ts";
import { sizeOf } from "./screens.ts";
import { serviceChecks } from "./services.ts";

let tree: MachineTree;
let root: Root;
beforeEach(() => {
  tree = new MachineTree(mkdtempSync(join(tmpdir(), "machine-")));
  root = new Root(tree.folder);
});
const never = new AbortController().signal;

async function verdict(name: string) {
  const check = machineChecks({ root, data: "/var/lib/ventanilla", screenWidth: 268 }).find(
    ({ check }) => check === name,
  );
  const found = await check?.run(never);
  return found?.verdict === "fail" ? found.error.code : found?.verdict;
}

/** An EDID of which only the first detailed timing and the whole centimetres are set. */
function edid([width, height]: [number, number], [widthCm, heightCm]: [number, number] = [0, 0]): Uint8Array {
  const bytes = new Uint8Array(128);
  bytes.set([widthCm, heightCm], 21);
  bytes[54] = width === 0 ? 0 : 1;
  bytes.set([width & 0xff, height & 0xff, ((width >> 8) << 4) | (height >> 8)], 66);
  return bytes;
}

test("a screen's size is read from its EDID, in millimetres where it tells them", () => {
  expect(sizeOf(edid([476, 268], [48, 27]))).toEqual([476, 268]);
  expect(sizeOf(edid([0, 0], [48, 27]))).toEqual([480, 270]);
  expect(sizeOf(edid([0, 0]))).toBeNull();
  expect(sizeOf(new Uint8Array(12))).toBeNull();
});

test("the screen that is configured passes either way up, another one fails", async () => {
  expect(await verdict("machine.screen")).toBe("not-run");
  tree.write("/sys/class/drm/card0-HDMI-A-1/status", "disconnected\n");
  expect(await verdict("machine.screen")).toBe("readiness.screen-absent");
  tree.write("/sys/class/drm/card0-HDMI-A-1/status", "connected\n");
  tree.write("/sys/class/drm/card0-HDMI-A-1/modes", "1920x1080\n1280x720\n");
  expect(await verdict("machine.screen")).toBe("pass");
  tree.write("/sys/class/drm/card0-HDMI-A-1/edid", edid([476, 268]));
  expect(await verdict("machine.screen")).toBe("pass");
  tree.write("/sys/class/drm/card0-HDMI-A-1/edid", edid([344, 194]));
  expect(await verdict("machine.screen")).toBe("readiness.screen-differs");
});

test.each(["/etc/reader.conf.d/vpcd", "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"])(
  "a virtual card reader fails, by whichever of its files is left: %s",
  async (path) => {
    tree.write("/etc/reader.conf.d/libccidtwin", "");
    expect(await verdict("machine.card-readers")).toBe("pass");
    tree.write(path, "");
    expect(await verdict("machine.card-readers")).toBe("readiness.virtual-reader");
  },
);

test("a disk with errors and too little memory fail", async () => {
  expect(await verdict("machine.disk")).toBe("pass");
  tree.write("/sys/fs/ext4/sda2/errors_count", "3\n");
  expect(await verdict("machine.disk")).toBe("readiness.disk-damaged");
  tree.write("/proc/meminfo", "MemTotal:         980000 kB\n");
  expect(await verdict("machine.memory")).toBe("readiness.memory-low");
});

const HEAD = "  sl  local_address rem_address   st tx_queue\n";

test("ports that are open to the network are told; loopback, connections and DHCP are not", async () => {
  tree.write(
    "/proc/net/tcp",
    `${HEAD}   0: 0100007F:1004 00000000:0000 0A 0\n   1: 00000000:0016 00000000:0000 0A 0\n   2: 0A00020F:C350 08080808:01BB 01 0\n`,
  );
  tree.write(
    "/proc/net/tcp6",
    `${HEAD}   0: 00000000000000000000000001000000:1004 00000000000000000000000000000000:0000 0A 0\n   1: 00000000000000000000000000000000:0016 00000000000000000000000000000000:0000 0A 0\n`,
  );
  tree.write("/proc/net/udp", `${HEAD}   0: 00000000:0044 00000000:0000 07 0\n`);
  expect(openPorts(root)).toEqual([
    { protocol: "tcp", port: 22 },
    { protocol: "udp", port: 68 },
  ]);
  expect(await openPortsCheck(root, []).run(never)).toMatchObject({ error: { code: "readiness.port-open" } });
  expect(await openPortsCheck(root, [22]).run(never)).toMatchObject({ verdict: "pass" });
});

test("services are judged by systemd's word; what is not installed is not judged", async () => {
  const states: Record<string, string> = {
    "ventanilla-runtime.service": "LoadState=loaded\nActiveState=active\nSubState=running\n",
    "ventanilla-agent.service": "LoadState=loaded\nActiveState=failed\nSubState=failed\n",
  };
  const checks = serviceChecks(async (command) => ({
    ok: true,
    value: states[command.at(-1) ?? ""] ?? "LoadState=not-found\n",
  }));
  const found = await Promise.all(checks.map((check) => check.run(never)));
  expect(found).toMatchObject([
    { verdict: "pass" },
    { verdict: "fail", error: { code: "readiness.service-down" } },
    { verdict: "not-run" },
    { verdict: "not-run" },
  ]);
});
