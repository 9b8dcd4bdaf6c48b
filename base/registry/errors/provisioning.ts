import type { ErrorEntry } from "../entry.ts";

export const PROVISIONING_ERRORS = {
  "install.command-failed": {
    who: "technician",
    meaning: "A program that the installation needs ended with an error",
    action: "Read the program's own words in the detail, mend what they say and run the same command again.",
  },
  "install.unsupported": {
    who: "technician",
    meaning: "This machine is none that the kiosk can be installed on",
    action: "Use a PC with Debian 12 or later, 64 bit, started by systemd; the detail names what is missing.",
  },
  "install.fuses": {
    who: "supplier",
    meaning: "The packed shell does not carry the fuses that it should",
    action: "Set the fuse named in the detail in electron-builder.yml and pack again; never ship this package.",
  },
  "install.not-clean": {
    who: "supplier",
    meaning: "An installation or a removal does not leave the machine as it should",
    action: "Mend the step that made the paths named in the detail.",
  },
  "vm.machine-refused": {
    who: "supplier",
    meaning: "The emulator of the test machine refused an order or did not start",
    action: "Read qemu.log in the folder of the evidence; the detail names the order.",
  },
  "vm.no-answer": {
    who: "supplier",
    meaning: "The test machine did not answer in time",
    action: "Look at serial.log and at the last screen in the folder of the evidence.",
  },
  "vm.command-failed": {
    who: "supplier",
    meaning: "A command inside of the test machine ended with an error",
    action: "Read the command's own words in the detail and journal.txt in the folder of the evidence.",
  },
} as const satisfies Record<string, ErrorEntry>;
