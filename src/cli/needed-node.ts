/**
 * Whether the Node.js that runs this is one that Stator needs, for the command and for programs alike. It stands alone and is written in old syntax, since a
 * Node.js too old for the rest has to read it and say so.
 */

/** Since this one `node:sqlite` gives rows as arrays. */
const oldestNode = { major: 22, minor: 16 }

/** Undefined: it is new enough. Otherwise one sentence that says what is needed, and one with a command: `again` is what it is to run. */
export function neededNode(again: string): string | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor)) return undefined
  return `Stator needs Node.js ${oldestNode.major}.${oldestNode.minor} or newer, and ${process.execPath} is ${process.versions.node}. With a newer one for this once: npx -y ${again}`
}
