import type { ErrorEntry } from "../entry.ts";

export const FLEET_AGENT_ERRORS = {
  "agent.config-unreadable": {
    who: "technician",
    meaning: "The agent's configuration file cannot be read",
    action: "Check the path given with --config and that the service user may read the file.",
  },
  "agent.config-syntax": {
    who: "technician",
    meaning: "The agent's configuration file is not valid YAML",
    action: "Correct the line named in the detail; indentation must be spaces.",
  },
  "agent.config-invalid": {
    who: "technician",
    meaning: "The agent's configuration file does not have the required form",
    action: "Correct the line and path named in the detail.",
  },
  "agent.store-locked": {
    who: "technician",
    meaning: "Another process holds the agent's database",
    action: "Stop the other agent: two agents on one data directory would report one kiosk twice.",
  },
  "agent.store-unusable": {
    who: "technician",
    meaning: "The agent's database cannot be opened",
    action: "Check the data directory, its rights and the disk. Keep the file: it holds what has not been delivered.",
  },
  "agent.server-unreachable": {
    who: "technician",
    meaning: "The fleet server cannot be reached",
    action: "Check the network, the server's address and its certificate. Nothing is lost meanwhile.",
  },
  "agent.server-no-answer": {
    who: "technician",
    meaning: "The fleet server was asked and did not answer in time",
    action: "Check the network and the server's load. The agent asks again by itself.",
  },
  "agent.server-answer": {
    who: "supplier",
    meaning: "The fleet server's answer does not have the form of the contract",
    action: "Check that the server's and the agent's versions fit together.",
  },
  "agent.server-refused": {
    who: "technician",
    meaning: "The fleet server refuses this kiosk",
    action: "The detail has the server's reason: an unknown, expired, revoked or cloned identity, or a wrong clock.",
  },
  "agent.server-busy": {
    who: "none",
    meaning: "The fleet server has no time for this kiosk now",
    action: "Nothing: the agent comes back when the server said. If it lasts, look at the server.",
  },
  "agent.desired-refused": {
    who: "supplier",
    meaning: "A desired state is for another kiosk, older than one that was seen, or not of the contract's form",
    action: "Check the server's clock, database and director key; an old state may be an attack.",
  },
  "agent.command-unknown": {
    who: "supplier",
    meaning: "The command is not one that this version of the agent knows",
    action: "Update the kiosk's release, or use a command that it knows.",
  },
  "agent.command-expired": {
    who: "none",
    meaning: "The command's time was over before it could begin",
    action: "Send it again if it is still wanted.",
  },
  "agent.command-interrupted": {
    who: "attendant",
    meaning: "The agent ended while it carried the command out",
    action: "Look at the kiosk's state, and send the command again if it is still wanted.",
  },
  "agent.citizen-served": {
    who: "none",
    meaning: "A citizen was being served the whole time that the command could wait",
    action: "Send it again later, or drain the kiosk first.",
  },
  "agent.part-not-back": {
    who: "technician",
    meaning: "The part was restarted and did not come back in time",
    action: "Read the part's log; its supervisor tries on.",
  },
  "agent.runtime-unreachable": {
    who: "technician",
    meaning: "The kiosk's runtime cannot be reached",
    action: "Read the runtime's log; restart it from the console.",
  },
  "agent.runtime-no-answer": {
    who: "technician",
    meaning: "The kiosk's runtime was asked and did not answer in time",
    action: "Read the runtime's log; restart it from the console if it lasts.",
  },
  "agent.runtime-answer": {
    who: "supplier",
    meaning: "The runtime's answer does not have the form of the contract",
    action: "Check that runtime and agent are of one release.",
  },
  "agent.runtime-refused": {
    who: "none",
    meaning: "The kiosk's runtime refused what it was asked for",
    action: "The detail has the runtime's reason, e.g. a citizen who is being served.",
  },
  "agent.logs-unreadable": {
    who: "technician",
    meaning: "The log of a part cannot be read",
    action: "Check that the log file or systemd's journal is there and that the agent's user may read it.",
  },
} as const satisfies Record<string, ErrorEntry>;
