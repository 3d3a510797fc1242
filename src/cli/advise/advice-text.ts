/** Findings of the advisor for people to read: the gravest first, each with what to change, what would change nothing, and where AWS says so. */
import { printable, printableLines } from '../../base/printable.ts'
import type { AdviceReport } from '../../server/control/advice-routes.ts'
import { styled } from '../styled.ts'

type Finding = AdviceReport['findings'][number]

interface Told {
  /** How many findings are not among them. */
  readonly hidden: number
  readonly stream: NodeJS.WriteStream
}

export function adviceText(findings: readonly Finding[], { hidden, stream }: Told): string {
  const texts = findings.map((finding) => findingText(finding, stream))
  const rest =
    hidden === 0
      ? []
      : [`${hidden} more ${hidden === 1 ? 'is' : 'are'} muted, known already, or the effect of another: --all shows them.\n`]
  if (findings.length === 0 && hidden === 0) return 'Nothing was found in what this server was asked so far.\n'
  return [...texts, ...rest].join('\n')
}

function findingText(finding: Finding, stream: NodeJS.WriteStream): string {
  const { severity, id, table, index, fingerprint, sentence, change, wontHelp, saving, docs, confidence, muted, suppressedBy } = finding
  const where = printable(index === undefined ? table : `${table}.${index}`)
  const head = `${styled(severity === 'error' ? 'red' : 'bold', severity, stream)}  ${styled('cyan', id, stream)}  ${where}`
  const lines = [
    printable(sentence),
    confidence !== 'high' && `How sure it is that the requests belong together: ${confidence}.`,
    `Do: ${printable(change.text)}`,
    change.code !== undefined && indented(printableLines(change.code), 4),
    wontHelp !== undefined && `Does not help: ${printable(wontHelp)}`,
    saving !== undefined && `Saves $${saving.usdPerMonth.toFixed(2)} a month: ${printable(saving.formula)}`,
    `AWS: ${docs.title}, ${docs.url}`,
    suppressedBy !== undefined && `It follows from ${suppressedBy}.`,
    muted !== undefined && `Muted: ${printable(muted)}`,
    styled('dim', fingerprint, stream),
  ].filter((line) => line !== false)
  return `${head}\n${indented(lines.join('\n'), 2)}\n`
}

function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces))
}
