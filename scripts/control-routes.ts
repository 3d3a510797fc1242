/** The part of docs/control.md that lists the routes, made from their table. */
import { type AnyRoute, allRoutes } from '../src/server/control/routes.ts'

const begin = '<!-- routes: made by `node scripts/control.ts`, held to the table of routes by a test -->\n'
const end = '<!-- /routes -->'

/** The document with its list of routes made anew. */
export function withControlRoutes(document: string): string {
  const start = document.indexOf(begin) + begin.length
  const stop = document.indexOf(end)
  if (start < begin.length || stop < start) throw new Error('docs/control.md has no place for the routes')
  return `${document.slice(0, start)}\n${allRoutes().map(section).join('\n')}\n${document.slice(stop)}`
}

function section({ method, path, does, answers, members }: AnyRoute): string {
  const rows = Object.entries(members).map(
    ([name, member]) =>
      `| \`${name}\` | ${member.kind}${member.required === true ? ', required' : ''} | ${placeOf(method, path, name)} | ${member.does} |\n`,
  )
  const table = rows.length === 0 ? '' : `\n| member | kind | in | what it is |\n| --- | --- | --- | --- |\n${rows.join('')}`
  return `### ${method} ${path}\n\n${does} Answers ${answers}.\n${table}`
}

function placeOf(method: string, path: string, name: string): string {
  if (path.split('/').includes(`:${name}`)) return 'path'
  return method === 'GET' || method === 'DELETE' ? 'query' : 'body'
}
