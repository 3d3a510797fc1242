/** Which values the strings of an API have: what only the type declarations of the SDK say. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

/** By name of a member, or of an enum: its values, in alphabetical order, whatever the order of the service is. */
export type Enums = ReadonlyMap<string, readonly string[]>

/** The values of every member, named `Structure.member`, that is a string, or a list or map of strings, with a fixed set of them. */
export function readEnums(folder: string): Enums {
  const models = join(folder, 'dist-types', 'models')
  const valuesByType = readValues(join(models, 'enums.d.ts'))
  const enums = new Map<string, readonly string[]>()
  const path = join(models, 'models_0.d.ts')
  const text = readFileSync(path, 'utf8')
  new Visitor({
    TSInterfaceDeclaration({ id, body }) {
      for (const member of body.body) {
        if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier' || !member.typeAnnotation) continue
        const type = text.slice(member.typeAnnotation.start, member.typeAnnotation.end)
        const values = (type.match(/\w+/g) ?? []).map((word) => valuesByType.get(word)).find((found) => found !== undefined)
        // A name that JavaScript has itself, such as Record, is written with `_` before it.
        if (values !== undefined) enums.set(`${id.name.replace(/^_/, '')}.${member.key.name}`, values)
      }
    },
  }).visit(parseSync(path, text).program)
  return enums
}

/** `export declare const BackupType: { readonly USER: "USER"; … }` */
function readValues(path: string): Enums {
  const text = readFileSync(path, 'utf8')
  const values = new Map<string, readonly string[]>()
  new Visitor({
    VariableDeclarator({ id }) {
      const type = id.type === 'Identifier' ? id.typeAnnotation?.typeAnnotation : undefined
      if (id.type !== 'Identifier' || type?.type !== 'TSTypeLiteral') return
      const members = type.members.flatMap((member) =>
        member.type === 'TSPropertySignature' ? [member.typeAnnotation?.typeAnnotation] : [],
      )
      values.set(
        id.name,
        members.flatMap((each) => (each?.type === 'TSLiteralType' && each.literal.type === 'Literal' ? [String(each.literal.value)] : [])),
      )
    },
  }).visit(parseSync(path, text).program)
  return values
}
