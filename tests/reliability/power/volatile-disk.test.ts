import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { seeded } from "../../usb-lab/inside/random.ts";
import { NbdServer } from "./nbd-server.ts";
import { SECTOR, VolatileDisk } from "./volatile-disk.ts";

const SECTORS = 8;
const PAGE = SECTORS * SECTOR;
const page = (value: number) => Buffer.alloc(PAGE, value);

/** Everything that a page, written and not flushed, was after a cut, as counts of new sectors. */
function afterCuts(lies: boolean, flushed: boolean): Set<number> {
  const seen = new Set<number>();
  for (let seed = 0; seed < 60; seed++) {
    const disk = new VolatileDisk(page(1));
    disk.lies = lies;
    disk.write(0, page(2), false);
    if (flushed) disk.flush();
    disk.powerOff();
    disk.powerOn(seeded(seed));
    const sectors = Array.from({ length: SECTORS }, (_, index) =>
      disk.image.subarray(index * SECTOR, (index + 1) * SECTOR),
    );
    for (const sector of sectors) expect(new Set(sector).size).toBe(1);
    seen.add(sectors.filter((sector) => sector[0] === 2).length);
  }
  return seen;
}

describe("a drive with a cache", () => {
  test("keeps what it has flushed, whenever the power goes", () => {
    expect(afterCuts(false, true)).toEqual(new Set([SECTORS]));
  });

  test("keeps all, nothing, or some sectors of what it has not", () => {
    const seen = afterCuts(false, false);
    expect(seen).toContain(0);
    expect(seen).toContain(SECTORS);
    expect([...seen].some((kept) => kept > 0 && kept < SECTORS)).toBe(true);
  });

  test("that lies may lose what it says it has flushed", () => {
    expect(afterCuts(true, true)).toContain(0);
  });

  test("writes through its cache where it is told to", () => {
    const disk = new VolatileDisk(page(1));
    disk.write(0, page(2), true);
    disk.powerOff();
    expect(disk.image).toEqual(page(2));
  });

  test("may keep a later write and lose an earlier one", () => {
    const reordered = Array.from({ length: 60 }, (_, seed) => {
      const disk = new VolatileDisk(Buffer.concat([page(0), page(0)]));
      disk.write(0, page(1), false);
      disk.write(PAGE, page(2), false);
      disk.powerOff();
      disk.powerOn(seeded(seed));
      return disk.image[0] === 0 && disk.image[PAGE] === 2;
    });
    expect(reordered).toContain(true);
  });

  test("reads back what lies in the cache, and answers nothing without power", () => {
    const disk = new VolatileDisk(page(1));
    disk.write(SECTOR, Buffer.alloc(SECTOR, 9), false);
    expect(disk.read(SECTOR, 2)).toEqual(Buffer.from([9, 9]));
    disk.powerOff();
    expect([disk.read(0, 1), disk.write(0, page(3), false), disk.flush()]).toEqual([undefined, false, false]);
  });
});

describe("the drive over NBD", () => {
  test("speaks the protocol's bytes: options, a write in pieces, a flush, a read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "power-nbd-"));
    const disk = new VolatileDisk(page(1));
    const server = new NbdServer(join(folder, "disk"), disk);
    const socket = connect(server.path);
    const heard: Buffer[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const told = 18 + 20 + 32 + 20 + 16 + 16 + 16 + 4;
    socket.on("data", (bytes) => {
      heard.push(bytes);
      if (Buffer.concat(heard).length >= told) resolve();
    });
    socket.write(Buffer.from([0, 0, 0, 1]));
    // NBD_OPT_STRUCTURED_REPLY (8), which is not supported; NBD_OPT_GO (7) with an empty name.
    socket.write(Buffer.from(`IHAVEOPT${"\0".repeat(3)}\x08${"\0".repeat(4)}`, "latin1"));
    socket.write(Buffer.from(`IHAVEOPT${"\0".repeat(3)}\x07${"\0".repeat(3)}\x06${"\0".repeat(6)}`, "latin1"));
    const write = request(1, SECTOR, 4);
    socket.write(write.subarray(0, 10));
    socket.write(Buffer.concat([write.subarray(10), Buffer.from("abcd"), request(3, 0, 0), request(0, SECTOR, 4)]));
    await promise;
    const bytes = Buffer.concat(heard);
    expect(bytes.subarray(0, 18).toString("latin1")).toBe("NBDMAGICIHAVEOPT\0\x01");
    expect(bytes.readUInt32BE(18 + 12)).toBe(0x80000001);
    expect(bytes.readBigUInt64BE(38 + 20 + 2)).toBe(BigInt(PAGE));
    expect(bytes.subarray(-4).toString()).toBe("abcd");
    expect(disk.image.subarray(SECTOR, SECTOR + 4).toString()).toBe("abcd");
    const left = server.left();
    socket.destroy();
    await left;
    server.close();
    rmSync(folder, { recursive: true });
  });
});

function request(command: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(28);
  bytes.writeUInt32BE(0x25609513, 0);
  bytes.writeUInt16BE(command, 6);
  bytes.writeBigUInt64BE(7n, 8);
  bytes.writeBigUInt64BE(BigInt(offset), 16);
  bytes.writeUInt32BE(length, 24);
  return bytes;
}
