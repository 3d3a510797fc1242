/**
 * What a program reads first of the package (scripts/build.ts puts it there): it throws where Node.js is too old for the rest, which is then never
 * begun. Whoever reads the package must not fail before: nothing that such a Node.js has not is imported by name.
 */
import { neededNode } from './needed-node.ts'

const { npm_lifecycle_event: script, npm_execpath: npm } = process.env
// A script of npm is run by whichever Node.js comes first there, with all that it starts.
const [, program] = process.argv
const ofScript = npm !== undefined && script !== undefined && script !== 'npx'
const needed = neededNode(ofScript ? `-p node@24 npm run ${script}` : ['node@24', program].filter((word) => word !== undefined).join(' '))
if (needed !== undefined) {
  const error = new Error(needed)
  // Where it stands says nothing to who reads it.
  error.stack = `Error: ${needed}`
  throw error
}
