import { toLatin1 } from "../../../../base/bytes/bytes.ts";
import { silentLogger } from "../../../../base/log.ts";
import { systemClock } from "../../../../base/node/system-clock.ts";
import { codeReaderContract, scanBytes } from "../../../../drivers/code-reader/contract.suite.ts";
import { hidPosReports } from "../../../../drivers/code-reader/hid-pos/report.ts";
import { DEFAULT_BAUD_RATE, SerialScanner } from "../../../../drivers/code-reader/serial-scanner/driver.ts";
import type { OpenChannel } from "../../../../drivers/transport/byte-channel.ts";
import { serialChannel } from "../../../../drivers/transport/serial.ts";
import { hidScannerGadget, scannerGadget } from "../gadgets.ts";
import { hidrawScanner } from "../hid-scanner.ts";
import { AcmWire, HidWire } from "../wires.ts";

export function codeReaderContracts(): void {
  const serial = scannerGadget();
  codeReaderContract({ model: "serial-scanner", transport: "usb-cdc-acm" }, async () => {
    const wire = new AcmWire(serial);
    wire.plug();
    const open = serialChannel({ path: wire.path, baudRate: DEFAULT_BAUD_RATE }, systemClock);
    return { ...reading(open, wire), scan: (...lines) => wire.write(scanBytes(lines)) };
  });
  const hid = hidScannerGadget();
  codeReaderContract({ model: "hid-pos", transport: "usb-hidraw" }, async () => {
    const wire = new HidWire(hid);
    wire.plug();
    const scan = async (...lines: string[]) => {
      for (const report of hidPosReports({ aim: "]Q1", data: toLatin1(lines.join("\r")) })) await wire.write(report);
    };
    return { ...reading(hidrawScanner(wire.path), wire), scan };
  });
}

function reading(open: OpenChannel, wire: AcmWire | HidWire) {
  const reader = new SerialScanner({ id: "scanner", open, clock: systemClock, random: () => 0.5, log: silentLogger });
  return {
    reader,
    dropped: () => reader.dropped,
    unplug: () => wire.unplug(),
    plug: () => wire.plug(),
    end: async () => {
      wire.unplug();
      await wire.settled();
    },
  };
}
