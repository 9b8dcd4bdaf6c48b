import type { OpenChannel } from "../../drivers/transport/byte-channel.ts";
import { MemoryWire } from "../wire/memory.ts";
import type { SimulatedUpsd } from "./upsd.ts";

/** A connection to a simulated upsd in memory, for tests on a simulated clock. `unplug` stops the daemon, `plug` starts it. */
export function connectInMemory(
  upsd: SimulatedUpsd,
): { readonly open: OpenChannel } & Pick<MemoryWire, "plug" | "unplug"> {
  const wire = new MemoryWire();
  const hangUp = () => {
    wire.unplug();
    wire.plug();
  };
  return {
    plug: () => wire.plug(),
    unplug: () => wire.unplug(),
    open: async (signal) => {
      const opened = await wire.open(signal);
      if (opened.ok) wire.onBytes(upsd.connect({ write: (bytes) => void wire.write(bytes), close: hangUp }));
      return opened;
    },
  };
}
