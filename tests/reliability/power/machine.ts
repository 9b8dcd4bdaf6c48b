import { type ChildProcess, spawn } from "node:child_process";
import { QEMU } from "../../support/vm/requirements.ts";
import { GUEST_ADDRESS } from "./guest-protocol.ts";

export const DISK_BYTES = 64 * 1024 * 1024;
/** Serial ports of the guest, in the order of their cables. */
export const SERIAL_PORTS = ["/dev/ttyS1", "/dev/ttyS2", "/dev/ttyS3"] as const;

export type Machine = {
  /** What QEMU is told of the disk: one blockdev called `data`. */
  readonly disk: string;
  /** One chardev for each serial port, called `cable0` and so on. */
  readonly cables: readonly string[];
  /** Ports of this machine's loopback interface by the guest's. */
  readonly ports: ReadonlyMap<number, number>;
  readonly console: string;
  /** What else: how it begins. */
  readonly others: readonly string[];
};

/** Starts the emulated PC. It dies with us. */
export function startMachine({ disk, cables, ports, console, others }: Machine): ChildProcess {
  const forwards = [...ports].map(([guest, here]) => `,hostfwd=tcp:127.0.0.1:${here}-${GUEST_ADDRESS}:${guest}`);
  return spawn(
    "setpriv",
    [
      ["--pdeathsig", "KILL", QEMU, "-nodefaults", "-no-user-config", "-machine", "q35", "-cpu", "max"],
      ["-accel", "tcg,thread=multi,tb-size=256", "-smp", "1", "-m", "640", "-display", "none", "-no-reboot"],
      // A clock that is set when the power comes back: whatever was drawn from chance before is drawn anew.
      ["-rtc", "base=2026-01-02T00:00:00", "-device", "vmgenid,guid=auto"],
      ["-serial", `file:${console}`],
      cables.flatMap((cable) => ["-chardev", cable]),
      ["-device", `pci-serial-4x,${cables.map((_, index) => `chardev${index + 1}=cable${index}`).join(",")}`],
      [
        "-netdev",
        `user,id=net,restrict=off,ipv6=off${forwards.join("")}`,
        "-device",
        "virtio-net-pci,netdev=net,romfile=",
      ],
      ["-blockdev", disk, "-device", "virtio-blk-pci,drive=data,write-cache=on"],
      others,
    ].flat(),
    { stdio: ["ignore", "ignore", "pipe"] },
  );
}
