/**
 * The three functions of the Reflect metadata proposal that the injection container inside `@peculiar/x509` looks for
 * when it loads. It registers no parameter types, so a plain table is enough. Import this file before that package.
 */
type MetadataReflect = {
  getMetadata?: (key: unknown, target: object) => unknown;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
};

const reflect = Reflect as unknown as MetadataReflect;

if (reflect.getMetadata === undefined) {
  const table = new WeakMap<object, Map<unknown, unknown>>();
  const lookUp = (key: unknown, target: object) => table.get(target)?.get(key);
  reflect.getMetadata = lookUp;
  reflect.getOwnMetadata = lookUp;
  reflect.defineMetadata = (key, value, target) => {
    const entries = table.get(target) ?? new Map<unknown, unknown>();
    entries.set(key, value);
    table.set(target, entries);
  };
}
