#!/usr/bin/env node
/**
 * The command. It has no static imports and nothing but old syntax, so that a Node.js too old for the rest can still read this file
 * and say so.
 */
/** Since this one `node:sqlite` gives rows as arrays. */
const oldestNode = { major: 22, minor: 16 }
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < oldestNode.major || (major === oldestNode.major && minor < oldestNode.minor)) {
  process.stderr.write(
    `Stator needs Node.js ${oldestNode.major}.${oldestNode.minor} or newer, and ${process.execPath} is ${process.versions.node}. With a newer one for this once: npx -y node@24 ${process.argv[1]}\n`,
  )
  process.exitCode = 1
} else {
  // On Node.js 22 and 24, of a module that is as it will stay.
  const warn = process.emitWarning
  process.emitWarning = (warning: string | Error, ...rest: never[]): void => {
    if (!String(warning).startsWith('SQLite is an experimental feature')) warn.call(process, warning, ...rest)
  }
  // Compiled code is kept between starts (in the system's folder for temporary files): a start takes a third less.
  process.getBuiltinModule('node:module').enableCompileCache()
  import('./main.ts').then((module) => module.main(process.argv.slice(2)))
}
