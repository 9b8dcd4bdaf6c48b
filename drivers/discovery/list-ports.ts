import { SerialPort } from "serialport";
import type { PortDescription } from "./discover.ts";

/** What the serialport package's `list` tells of one port (it reads udev's database and opens nothing). */
export type ListedPort = {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  /** Under Linux the by-id link without its folder. */
  readonly pnpId?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
};

/** The serial ports of this machine. @param list injected in tests. */
export async function listPorts(
  list: () => Promise<readonly ListedPort[]> = SerialPort.list,
): Promise<PortDescription[]> {
  return (await list()).map(({ path, manufacturer, pnpId, vendorId, productId }) => ({
    path,
    links: pnpId === undefined ? [] : [`/dev/serial/by-id/${pnpId}`],
    ...(vendorId === undefined ? {} : { vendorId }),
    ...(productId === undefined ? {} : { productId }),
    ...(manufacturer === undefined ? {} : { manufacturer }),
  }));
}
