#!/usr/bin/env node
/**
 * The command. It imports nothing before it knows that Node.js is new enough but what says whether it is, and has nothing but old syntax, so that one too
 * old for the rest can still read this file and say so.
 */
import { neededNode } from './needed-node.ts'

const needed = neededNode(`node@24 ${process.argv[1]}`)
if (needed !== undefined) {
  process.stderr.write(`${needed}\n`)
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
