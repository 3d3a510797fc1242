/** What of the environment of this process functions are to have: all but what is the server's own. */

export function functionEnvironment(): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || name.startsWith('STATOR_') ? [] : [[name, value] as const],
    ),
  )
}
