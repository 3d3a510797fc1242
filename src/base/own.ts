/**
 * Reading and writing objects whose member names come from a client. A name such as `constructor` must not find what every
 * JavaScript object inherits, and `__proto__` must be a name like any other.
 */

/** The object's own member, never an inherited one. */
export function getOwn<T>(object: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Sets an own member, also when it is called `__proto__`. */
export function setOwn<T>(object: { [name: string]: T }, name: string, value: T): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })
  else object[name] = value
}
