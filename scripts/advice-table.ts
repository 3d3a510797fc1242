/** The part of docs/advice.md that lists the rules, made from the rules themselves. */
import { documentation } from '../src/advice/documentation.ts'
import type { Rule } from '../src/advice/rule.ts'
import { rules } from '../src/advice/rules/rules.ts'

const begin = '<!-- rules: made by `node scripts/advice.ts`, held to the rules by a test -->\n'
const end = '<!-- /rules -->'

/** The document with its list of rules made anew. */
export function withRules(document: string): string {
  const start = document.indexOf(begin) + begin.length
  const stop = document.indexOf(end)
  if (start < begin.length || stop < start) throw new Error('docs/advice.md has no place for the rules')
  const head = '| rule | looks for | AWS |\n| --- | --- | --- |\n'
  return `${document.slice(0, start)}\n${head}${rules.map(row).join('')}\n${document.slice(stop)}`
}

function row({ id, about, document, isForProduction }: Rule): string {
  const { title, url } = documentation[document]
  return `| ${id}${isForProduction === true ? ' (prod)' : ''} | ${about} | [${title}](${url}) |\n`
}
