/** `{"wildcard": "a*b"}`: `*` stands for any letters, `\*` and `\\` for themselves. */
import { PatternError } from './pattern-error.ts'

/** In time proportional to text and pattern, whatever they are: pieces are found one after the other, each at its first place. */
export function wildcardTest(pattern: string): (text: string) => boolean {
  const pieces = piecesOf(pattern)
  const first = pieces[0] ?? ''
  const last = pieces.at(-1) ?? ''
  if (pieces.length === 1) return (text) => text === first
  const middle = pieces.slice(1, -1)
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
    const end = text.length - last.length
    let at = first.length
    for (const piece of middle) {
      const found = text.indexOf(piece, at)
      if (found < 0 || found + piece.length > end) return false
      at = found + piece.length
    }
    return true
  }
}

/** What stands between the stars. */
function piecesOf(pattern: string): readonly string[] {
  const pieces: string[] = []
  let piece = ''
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern[at] ?? ''
    if (letter === '\\') {
      const escaped = pattern[at + 1]
      if (escaped !== '*' && escaped !== '\\') throw new PatternError(`Invalid escape character at pos ${at}`)
      piece += escaped
      at += 1
    } else if (letter === '*') {
      if (pattern[at + 1] === '*') throw new PatternError(`Consecutive wildcard characters at pos ${at}`)
      pieces.push(piece)
      piece = ''
    } else {
      piece += letter
    }
  }
  return [...pieces, piece]
}
