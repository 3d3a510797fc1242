/** DynamoDB JSON in lines: `{"Item":{…}}`, one in each (backup-export-import.md §6). */
import { fileRecordLengthMax } from '../limits.ts'
import { type FileRecord, notParsed, type RecordMembers, type RecordReader, tooLong } from './file-record.ts'

export function jsonLinesReader(): RecordReader {
  let rest = ''
  let isBroken = false
  const linesIn = function* (text: string, isEnd: boolean): Generator<FileRecord> {
    if (isBroken) return
    rest += text
    let from = 0
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      if (end - from > fileRecordLengthMax) break
      const line = rest.slice(from, end)
      from = end + 1
      if (line.trim() !== '') yield recordIn(line)
    }
    rest = rest.slice(from)
    if (rest.length > fileRecordLengthMax) {
      isBroken = true
      rest = ''
      yield tooLong()
    } else if (isEnd && rest.trim() !== '') yield recordIn(rest)
  }
  return { push: (text) => linesIn(text, false), end: () => linesIn('', true) }
}

function recordIn(line: string): FileRecord {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return notParsed('it is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return notParsed('it is no JSON object')
  return { kind: 'record', members: value as RecordMembers }
}
