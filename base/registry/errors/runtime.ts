import type { ErrorEntry } from "../entry.ts";

export const RUNTIME_ERRORS = {
  "runtime.config-unreadable": {
    who: "technician",
    meaning: "The configuration file cannot be read",
    action: "Check the path given with --config and that the service user may read the file.",
  },
  "runtime.config-syntax": {
    who: "technician",
    meaning: "The configuration file is not valid YAML",
    action: "Correct the line named in the detail; indentation must be spaces.",
  },
  "runtime.config-invalid": {
    who: "technician",
    meaning: "The configuration file does not have the required form",
    action: "Correct the line and path named in the detail.",
  },
  "runtime.control-address": {
    who: "supplier",
    meaning: "The control interface has nothing at this address",
    action: "Correct the caller: the addresses are in the control contract, the devices in the configuration.",
  },
  "runtime.serving": {
    who: "none",
    meaning: "A citizen is being served, so the device is not tested now",
    action: "Try again when the citizen has gone, or drain the kiosk first.",
  },
  "runtime.test-not-fitting": {
    who: "technician",
    meaning: "The device cannot be tested in this way",
    action: "Choose a test that the device can do: only a printer prints.",
  },
  "runtime.services-refused": {
    who: "supplier",
    meaning: "The service definitions have mistakes, so the kiosk stays with those that it has",
    action:
      "Correct the file and line in the detail, check with `npm run services -- check`, and publish a new version.",
  },
  "runtime.journal-locked": {
    who: "technician",
    meaning: "Another process holds this kiosk's journal",
    action: "Stop the other runtime: two runtimes on one data directory could charge twice.",
  },
  "runtime.journal-unusable": {
    who: "technician",
    meaning: "The journal cannot be opened",
    action: "Check the data directory, its rights and the disk. Keep the file: it says what is owed to citizens.",
  },
  "runtime.journal-disk": {
    who: "technician",
    meaning: "The disk below the journal is full, cannot be written, or fails, so the kiosk serves nobody",
    action: "Free space, mount it for writing again, or replace it. The kiosk goes on by itself when the disk does.",
  },
  "runtime.port-refused": {
    who: "technician",
    meaning: "The runtime cannot listen where it is configured to",
    action: "Another program holds the port or socket named in the detail, or the directory is missing.",
  },
  "runtime.no-device": {
    who: "technician",
    meaning: "No device of the required kind can serve at this moment",
    action: "See the device's own status: cable, power, paper or keys.",
  },
  "runtime.unknown-model": {
    who: "technician",
    meaning: "There is no driver for the configured device model",
    action: "Correct the model in the configuration; the detail lists the models that exist.",
  },
  "runtime.kind-without-driver": {
    who: "technician",
    meaning: "This release has no driver for the configured kind of device",
    action: "Take the device out of the configuration, or install a release that can use it.",
  },
  "runtime.terminal-held": {
    who: "none",
    meaning: "The payment terminal is kept free until an earlier charge is settled",
    action: "Nothing: the kiosk asks the terminal by itself. If it lasts, check the terminal's cable and power.",
  },
  "runtime.on-battery": {
    who: "attendant",
    meaning: "The kiosk runs on its battery, so it begins no new payment",
    action: "See to the mains. Payments begin again by themselves when it is back.",
  },
  "runtime.device-in-use": {
    who: "none",
    meaning: "Somebody else has the device: a citizen who is being served, a test, or a reset",
    action: "Nothing: try again when the kiosk is not serving.",
  },
  "runtime.charge-not-taken": {
    who: "none",
    meaning: "The terminal was asked and shows that it did not take this charge",
    action: "The citizen may try again; a new attempt has a new ticket.",
  },
  "runtime.effect-unresolved": {
    who: "attendant",
    meaning: "An earlier attempt at this effect has no known end, so it is not repeated",
    action: "The kiosk settles it by asking the device or the institution; an incident is recorded if it cannot.",
  },
  "runtime.gateway-unreachable": {
    who: "technician",
    meaning: "The gateway cannot be reached",
    action: "Check the network, the gateway's address and the kiosk's certificate.",
  },
  "runtime.gateway-no-answer": {
    who: "technician",
    meaning: "The gateway was asked and did not answer in time",
    action: "Check the network and the gateway's load. The kiosk asks again for what may have had an effect.",
  },
  "runtime.gateway-answer": {
    who: "supplier",
    meaning: "The gateway's answer does not have the form of the contract",
    action: "Check that the gateway's and the kiosk's versions fit together.",
  },
  "runtime.gateway-error": {
    who: "supplier",
    meaning: "The gateway reports an error that this version of the kiosk does not know",
    action: "Look the code in the detail up in the gateway's documentation.",
  },
} as const satisfies Record<string, ErrorEntry>;
