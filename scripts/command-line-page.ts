/** The help of the command in docs/command-line.md, between two marks. */
import assert from 'node:assert/strict'
import { helpText } from '../src/cli/options.ts'

const between = /(?<=<!-- flags[^>]*-->\n```\n)[\s\S]*?(?=```\n<!-- \/flags -->)/

export function withHelp(document: string): string {
  assert.match(document, between, 'there is no place for the help')
  return document.replace(between, () => helpText())
}
