#!/usr/bin/env node
/**
 * The command. It has no static imports and nothing but old syntax, so that a Node.js too old for the rest can still read this file
 * and say so.
 */
const oldestNode = 24

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  process.stderr.write(`Stator needs Node.js ${oldestNode} or newer; ${process.execPath} is Node.js ${process.versions.node}.\n`)
  process.exitCode = 1
} else {
  // Compiled code is kept between starts (in the system's folder for temporary files): a start takes a third less.
  process.getBuiltinModule('node:module').enableCompileCache()
  import('./main.ts').then((module) => module.main(process.argv.slice(2)))
}
