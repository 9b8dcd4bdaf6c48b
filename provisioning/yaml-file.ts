import { readFileSync, statSync } from "node:fs";
import { type Document, parseDocument } from "yaml";
import { replaceFile } from "../base/node/replace-file.ts";
import { coded } from "../base/registry/coded-error.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { FileError } from "./kiosk-files.ts";

/** A YAML file for editing: comments and order stay. */
export function openYaml(file: string): Result<Document, FileError> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return err(coded("provision.file-unreadable", error instanceof Error ? error.message : file));
  }
  const document = parseDocument(text);
  const [mistake] = document.errors;
  if (mistake === undefined) return ok(document);
  return err(coded("provision.file-invalid", `${file}: ${mistake.message.split("\n")[0] ?? ""}`));
}

/** Replaces the file's content in one step; its mode stays. Long lines are not folded: ports are long. */
export function saveYaml(file: string, document: Document): void {
  replaceFile(file, document.toString({ lineWidth: 0 }), statSync(file).mode & 0o777);
}
