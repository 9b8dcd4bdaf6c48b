/** A file inside a JSON body, as the institutions whose contract we assume take it: its name, its media type, its content in base64. */
export type JsonFile = { readonly name: string; readonly type: string; readonly content: () => Buffer };

/**
 * The JSON text of `body` with the list `attachments` as its last field, piece by piece: no more than one file's content is in memory at once.
 *
 * @param body has at least one field.
 */
export function* jsonWithFiles(body: object, files: readonly JsonFile[]): Generator<string> {
  yield `${JSON.stringify(body).slice(0, -1)},"attachments":[`;
  for (const [index, { name, type, content }] of files.entries()) {
    yield `${index === 0 ? "" : ","}${JSON.stringify({ name, type }).slice(0, -1)},"content":"`;
    yield content().toString("base64");
    yield '"}';
  }
  yield "]}";
}
