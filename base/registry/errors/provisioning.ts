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
  "provision.program-failed": {
    who: "supplier",
    meaning: "A program of the kiosk ended without saying what became of its work",
    action: "Run the same command again; if it repeats, install the kiosk's packages anew. The detail has its words.",
  },
  "provision.file-unreadable": {
    who: "technician",
    meaning: "A configuration file of the kiosk cannot be read",
    action:
      "Run the tool as root; if the file is not there, install the kiosk first, or name the file with --kiosk-file.",
  },
  "provision.file-invalid": {
    who: "technician",
    meaning: "A configuration file of the kiosk is not as it must be",
    action: "Correct the line that the detail names, or run the installation again.",
  },
  "provision.runtime-refused": {
    who: "technician",
    meaning: "The kiosk's runtime did not do what it was asked for",
    action: "Look at `systemctl status ventanilla-runtime`; the detail holds the cause. Then try again.",
  },
  "provision.code-wrong": {
    who: "technician",
    meaning: "The code is not the one that opens this kiosk's wizard",
    action: "Type it again as the console or `provision wizard --code` shows it.",
  },
  "provision.locked": {
    who: "technician",
    meaning: "Too many wrong codes were typed",
    action: "Wait a minute, then type the code with care.",
  },
  "provision.port-absent": {
    who: "technician",
    meaning: "Nothing is plugged in there",
    action: "Look at the list of `provision devices` and check the cable.",
  },
  "provision.port-taken": {
    who: "technician",
    meaning: "Another device of the kiosk has this port",
    action: "Name another port, or take the other device out of the kiosk's settings first.",
  },
  "provision.port-held": {
    who: "technician",
    meaning: "Another program has the port open",
    action:
      "Stop the program that the detail names (the kiosk's own: `systemctl stop ventanilla.target`) and try again.",
  },
  "provision.model-unknown": {
    who: "technician",
    meaning: "There is no driver for this model",
    action: "Use one of the models that the detail names.",
  },
  "provision.kind-not-serial": {
    who: "technician",
    meaning: "A device of this kind is not on a serial port",
    action:
      "Write its entry into the kiosk's configuration by hand; only kinds on serial ports are tried and bound here.",
  },
  "readiness.kiosk-busy": {
    who: "technician",
    meaning: "A citizen is being served, so that the devices cannot be tried",
    action: "Wait until the citizen has finished and run the check again.",
  },
  "readiness.disk-damaged": {
    who: "technician",
    meaning: "The system found errors on the disk",
    action: "Replace the disk and install the machine anew: it will not become better.",
  },
  "readiness.disk-low": {
    who: "technician",
    meaning: "Too little space is free on the disk",
    action: "Remove what does not belong to a kiosk, or use a larger disk.",
  },
  "readiness.memory-low": {
    who: "technician",
    meaning: "The machine has too little memory",
    action: "Put in a memory module: 2 GB at least, better 4.",
  },
  "readiness.screen-absent": {
    who: "technician",
    meaning: "No screen is connected",
    action: "Check the screen's cable and power.",
  },
  "readiness.screen-differs": {
    who: "technician",
    meaning: "The screen is not the one that is configured",
    action: "Measure the picture's width and set screenWidth (millimetres) in the kiosk's settings; one screen only.",
  },
  "readiness.service-down": {
    who: "technician",
    meaning: "A service of the kiosk does not run",
    action: "Read `systemctl status` and `journalctl -u` of the unit in the detail; restart the machine once.",
  },
  "readiness.port-open": {
    who: "technician",
    meaning: "The machine listens to the network on a port that a kiosk does not need",
    action: "Remove the program that listens (`ss -tulpn` names it), or allow the port with --allow-port.",
  },
  "readiness.virtual-reader": {
    who: "technician",
    meaning:
      "A virtual card reader is installed: whoever reaches its port could put a card of their own making into the kiosk",
    action: "Remove the package (`apt-get purge vsmartcard-vpcd`). It is for tests on developers' machines only.",
  },
  "readiness.clock-wrong": {
    who: "technician",
    meaning: "The machine's clock differs from the server's by more than two minutes",
    action: "Set the clock (`timedatectl set-ntp true`) and see to it that the network lets NTP through.",
  },
  "readiness.gateway-unreachable": {
    who: "technician",
    meaning: "The institutions' gateway does not answer",
    action: "Check cable and network, the gateway's address, and that no proxy or firewall stands in the way.",
  },
  "readiness.gateway-refused": {
    who: "technician",
    meaning: "The institutions' gateway does not accept this kiosk's identity",
    action: "Check that the kiosk's certificate is the one that was made for it and has not expired.",
  },
  "readiness.gateway-identity": {
    who: "technician",
    meaning: "The files of the kiosk's identity for the gateway cannot be read",
    action: "Put certificate, key and CA where the kiosk's settings say; the detail names the file.",
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
} as const satisfies Record<string, ErrorEntry>;
