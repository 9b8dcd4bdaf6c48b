import type { EventEntry } from "../entry.ts";

export const FLEET_AGENT_EVENTS = {
  "agent.server": {
    level: "warn",
    meaning: "The fleet server began or ceased to answer this kiosk",
    fields: { began: "flag", code: "code", reason: "text" },
  },
  "agent.socket": {
    level: "info",
    meaning: "The instant connection to the fleet server opened or closed",
    fields: { state: "code", cause: "code" },
  },
  "agent.runtime": {
    level: "warn",
    meaning: "The kiosk's runtime began or ceased to answer the agent",
    fields: { began: "flag", code: "code" },
  },
  "agent.runtime-restarted": {
    level: "warn",
    meaning: "The kiosk's runtime was started anew",
    fields: { version: "text" },
  },
  "agent.desired": {
    level: "info",
    meaning: "The agent has a new desired state",
    fields: { revision: "count", commands: "count" },
  },
  "agent.desired-refused": {
    level: "error",
    meaning: "The agent refused a desired state",
    fields: { code: "code", reason: "text" },
  },
  "agent.command": {
    level: "info",
    meaning: "A command changed its state",
    fields: { command: "id", name: "code", state: "code", code: "code" },
  },
  "agent.command-refused": {
    level: "error",
    meaning: "The agent refused something that was sent as a command and is not one for this kiosk",
    fields: { code: "code" },
  },
  "agent.events-dropped": {
    level: "warn",
    meaning: "Events were dropped because the fleet server was away for too long; `count` since the last delivery",
    fields: { count: "count" },
  },
  "agent.resend": {
    level: "info",
    meaning: "The fleet server lacks what this kiosk reported earlier and gets every section whole",
    fields: {},
  },
  "agent.renewal": {
    level: "info",
    meaning: "The kiosk's certificate was renewed, or that failed",
    fields: { done: "flag", code: "code" },
  },
} as const satisfies Record<string, EventEntry>;
