import { expect, test } from "vitest";
import { discover } from "./discover.ts";
import { type ListedPort, listPorts } from "./list-ports.ts";

/** In the shape that serialport's `list` returns under Linux. */
const DATALOGIC: ListedPort = {
  path: "/dev/ttyACM0",
  manufacturer: "Datalogic_ADC__Inc.",
  pnpId: "usb-Datalogic_ADC__Inc._Handheld_Barcode_Scanner_S_N_G00A00000-if00",
  vendorId: "05f9",
  productId: "4204",
};
const UNNAMED_ZEBRA: ListedPort = { path: "/dev/ttyACM1", vendorId: "05E0", productId: "1701" };
const ON_BOARD: ListedPort = { path: "/dev/ttyS0" };
const BY_ID = "/dev/serial/by-id/usb-Datalogic_ADC__Inc._Handheld_Barcode_Scanner_S_N_G00A00000-if00";

const ports = (...listed: ListedPort[]) => listPorts(async () => listed);

test("a port that configuration names is assigned, by its file or a link, there or not", async () => {
  const found = discover(await ports(DATALOGIC, ON_BOARD), [
    { device: "reader", kind: "code-reader", port: BY_ID },
    { device: "terminal", kind: "payment-terminal", port: "/dev/ttyS0" },
    { device: "printer", kind: "receipt-printer", port: "/dev/ttyUSB7" },
  ]);
  expect(found.unassigned).toEqual([]);
  expect(found.assigned).toEqual([
    {
      device: "reader",
      port: BY_ID,
      by: "configuration",
      reasons: [expect.stringContaining("it is /dev/ttyACM0 now")],
    },
    { device: "terminal", port: "/dev/ttyS0", by: "configuration", reasons: [expect.stringContaining("/dev/ttyS0")] },
    { device: "printer", port: "/dev/ttyUSB7", by: "configuration", reasons: [expect.stringContaining("not there")] },
  ]);
});

test("one sure match is assigned under its stable name", async () => {
  expect(discover(await ports(DATALOGIC, ON_BOARD), [{ device: "reader", kind: "code-reader" }])).toEqual({
    assigned: [
      {
        device: "reader",
        port: BY_ID,
        by: "fingerprint",
        reasons: [expect.stringContaining("looks like: Datalogic scanner")],
      },
    ],
    unassigned: [],
  });
});

test("a port that configuration gave to one device is never found for another", async () => {
  const found = discover(await ports(DATALOGIC), [
    { device: "terminal", kind: "payment-terminal", port: "/dev/ttyACM0" },
    { device: "reader", kind: "code-reader" },
  ]);
  expect(found.assigned).toMatchObject([{ device: "terminal" }]);
  expect(found.unassigned).toEqual([{ device: "reader", reasons: ["no free port looks like a code-reader"] }]);
});

test("a match that is likely but not sure assigns nothing and says what was seen", async () => {
  const found = discover(await ports(UNNAMED_ZEBRA), [{ device: "reader", kind: "code-reader" }]);
  expect(found.assigned).toEqual([]);
  expect(found.unassigned[0]?.reasons).toEqual([
    expect.stringContaining("/dev/ttyACM1 looks like: Zebra (Symbol) device"),
    expect.stringContaining("not sure enough"),
  ]);
});

test("two sure matches, or two devices for one port, are never guessed at", async () => {
  const twin = { ...DATALOGIC, path: "/dev/ttyACM2", pnpId: DATALOGIC.pnpId?.replace("-if00", "2-if00") };
  const several = discover(await ports(DATALOGIC, twin), [{ device: "reader", kind: "code-reader" }]);
  expect(several).toMatchObject({
    assigned: [],
    unassigned: [{ reasons: [{}, {}, expect.stringContaining("several")] }],
  });
  const rivals = discover(await ports(DATALOGIC), [
    { device: "left", kind: "code-reader" },
    { device: "right", kind: "code-reader" },
  ]);
  expect(rivals.assigned).toEqual([]);
  expect(rivals.unassigned).toMatchObject([
    { device: "left", reasons: [{}, expect.stringContaining("right could be on that port too")] },
    { device: "right", reasons: [{}, expect.stringContaining("left could")] },
  ]);
});

test("a port without a fingerprint is nobody's", async () => {
  expect(discover(await ports(ON_BOARD), [{ device: "terminal", kind: "payment-terminal" }])).toMatchObject({
    assigned: [],
    unassigned: [{ device: "terminal" }],
  });
});

test.each([
  "usb-Symbol_Technologies__Inc__2008_Symbol_Bar_Code_Scanner::EA_USB_CDC_Symbol_Scanner-if00",
  "usb-Newland_Auto-ID_NLS_IOTC_PRDsUSBVCP_AB000000-if00",
])("%s is a code reader", async (pnpId) => {
  const found = discover(await ports({ path: "/dev/ttyACM3", pnpId }), [{ device: "reader", kind: "code-reader" }]);
  expect(found.assigned).toMatchObject([{ port: `/dev/serial/by-id/${pnpId}`, by: "fingerprint" }]);
});
