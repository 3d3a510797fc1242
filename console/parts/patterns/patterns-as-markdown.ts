/** Access patterns as a table for a design review. */
import { count, dollars, milliseconds } from '../../values/shown-numbers.ts'
import type { AdvisedPattern } from './advised-pattern.ts'

export function patternsAsMarkdown(
  patterns: readonly AdvisedPattern[],
  dollarsOf: (pattern: AdvisedPattern) => number | undefined,
): string {
  const rows = patterns.map((pattern) => {
    const { text, requests, readUnits, writeUnits, latencyMs, advice } = pattern
    const cost = dollarsOf(pattern)
    const cells = [
      code(text),
      count(requests),
      count(readUnits),
      count(writeUnits),
      milliseconds(latencyMs.p99),
      cost === undefined ? '' : dollars(cost),
      advice.join(' '),
    ]
    return `| ${cells.map(escaped).join(' | ')} |`
  })
  return `# Access patterns

| pattern | requests | RCU | WCU | p99 | a month | advice |
| --- | ---: | ---: | ---: | ---: | ---: | --- |
${rows.join('\n')}
`
}

/** In as many backticks as it takes. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
