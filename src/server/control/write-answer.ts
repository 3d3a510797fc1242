/** JSON of what a route answers. Long lists, of tables, patterns or keys, are written in pieces, and others have their turn in between. */
import { Pace } from '../../base/pace.ts'
import { answeredAtOnceLength } from '../limits.ts'

/** As JSON.stringify has it, for an object whose members may be long arrays. */
export async function writeAnswer(value: object, pace: Pace = new Pace()): Promise<string> {
  const members: string[] = []
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue
    members.push(`${JSON.stringify(name)}:${Array.isArray(member) ? await writeList(member, pace) : JSON.stringify(member)}`)
  }
  return `{${members.join(',')}}`
}

async function writeList(list: readonly unknown[], pace: Pace): Promise<string> {
  const texts: string[] = []
  let length = 0
  for (const each of list) {
    const text = JSON.stringify(each)
    texts.push(text)
    length += text.length
    if (length < answeredAtOnceLength) continue
    length = 0
    await pace.pause()
  }
  return `[${texts.join(',')}]`
}
