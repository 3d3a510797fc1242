/** What a check found, for a person. */
import type { CheckStatus } from '../../server/checks.ts'

export type FoundByCheck = Omit<CheckStatus, 'isRunning' | 'doing'>

/** How far it has come. */
export function checkLine({ rows, found, doing }: Pick<CheckStatus, 'rows' | 'found' | 'doing'>): string {
  return `${rows.toLocaleString('en-US')} records, ${found} found: ${doing}`
}

export function checkText({ rows, found, mended, findings, skipped }: FoundByCheck): string {
  const lines = findings.map(
    ({ says, keyHex, isMended }) => `  ${says}${keyHex === undefined ? '' : `, key ${keyHex}`}${isMended ? ' (mended)' : ''}`,
  )
  const more = found > findings.length ? [`  and ${(found - findings.length).toLocaleString('en-US')} more`] : []
  const notCompared = skipped.map((sentence) => `  not compared: ${sentence}`)
  const left = found - mended
  const summary =
    found === 0
      ? 'nothing is wrong'
      : left === 0
        ? `${found} found and mended`
        : `${found} found, ${mended} mended, ${left} left: what cannot be mended is to be restored from a backup`
  return `${[...lines, ...more, ...notCompared, `Looked at ${rows.toLocaleString('en-US')} ${rows === 1 ? 'record' : 'records'}: ${summary}.`].join('\n')}\n`
}
